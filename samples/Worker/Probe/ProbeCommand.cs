using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using EfsSharding;

namespace Worker.Probe;

/// <summary><c>probe</c>: one look at an NFS server, instead of the service.</summary>
internal static class ProbeCommand
{
    private const int PromiseBroken = 1;
    private const int WrongArguments = 2;
    private const int NotReached = 3;
    private const int Stopped = 130;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, IConfiguration configuration)
    {
        if (args.Any(static arg => arg is "--help" or "-h"))
        {
            Console.WriteLine(ProbeCommandLine.Usage);
            return 0;
        }

        using var stopping = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        ProbeCommandLine? line = null;
        try
        {
            line = ProbeCommandLine.Parse(args, configuration);
            using var loggers = LoggerFactory.Create(logging => Log(logging, line.Verbose));
            var probe = new DirectNfsProbe(line.Options, line.Tls, loggers.CreateLogger<DirectNfsProbe>());
            var report = await probe.RunAsync(await FindAsync(line, stopping.Token), line.MayWrite, stopping.Token);
            Console.WriteLine(line.Json ? JsonSerializer.Serialize(report, ProbeJsonContext.Default.NfsServerReport) : ProbeText.Of(report, line));
            return report.KeepsEveryPromise || !line.MayWrite ? 0 : PromiseBroken;
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"{wrong.Message}\nprobe --help lists the options.");
            return WrongArguments;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped; nothing was left behind.");
            return Stopped;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{failure.Message}\nThe connection was to be {(line!.Tls.Enabled ? "TLS, which a server without it does not answer; --no-tls speaks plain TCP." : "plain TCP; without --no-tls it is TLS, which a file system's policy may demand.")}");
            return NotReached;
        }

        void Stop(PosixSignalContext context)
        {
            // The second one ends the process at once.
            context.Cancel = !stopping.IsCancellationRequested;
            stopping.Cancel();
        }
    }

    private static async Task<MountTarget> FindAsync(ProbeCommandLine line, CancellationToken cancellationToken)
    {
        var target = new MountTarget { MountTargetId = line.Target, FileSystemId = line.FileSystemId ?? line.Target };
        if (ProbeName.IsFileSystem(line.Target) || ProbeName.IsAddress(line.Target))
        {
            return target with { IpAddress = ProbeName.IsAddress(line.Target) ? line.Target : null };
        }

        try
        {
            return target with { IpAddress = (await Dns.GetHostAddressesAsync(line.Target, cancellationToken))[0].ToString() };
        }
        catch (SocketException unknown)
        {
            throw new IOException($"'{line.Target}' has no address here: {unknown.Message}. Names of EFS are known within the VPC of the file system only.", unknown);
        }
    }

    private static void Log(ILoggingBuilder logging, bool verbose) => logging
        .SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.None)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(format => format.SingleLine = true);
}
