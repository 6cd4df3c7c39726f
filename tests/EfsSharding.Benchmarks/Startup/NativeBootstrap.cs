using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EfsSharding.Benchmarks.Startup;

/// <summary>The ScalerLambda as it is deployed.</summary>
internal sealed class NativeBootstrap
{
    private readonly string _path;

    private NativeBootstrap(string path) => _path = path;

    public long Length => new FileInfo(_path).Length;

    /// <summary>Publishes it from the sources that this benchmark was built from.</summary>
    public static async Task<NativeBootstrap> PublishAsync()
    {
        var directory = Path.Combine(Repository(), "artifacts", "lambda");
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in new[]
            {
                "publish", Path.Combine(Repository(), "samples", "ScalerLambda"), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier.Contains("arm64") ? "linux-arm64" : "linux-x64",
                "-o", directory, "--nologo", "-v", "quiet",
            })
        {
            start.ArgumentList.Add(argument);
        }

        using var publish = Process.Start(start)!;
        var text = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0
            ? new NativeBootstrap(Path.Combine(directory, "bootstrap"))
            : throw new InvalidOperationException($"ScalerLambda cannot be published; native code needs clang and zlib1g-dev.\n{text}");
    }

    /// <summary>Starts it once, until it asks the runtime API for an event.</summary>
    public async Task<(TimeSpan Time, long ResidentBytes)> StartToFirstPollAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var start = new ProcessStartInfo(_path) { UseShellExecute = false };
        start.Environment["AWS_LAMBDA_RUNTIME_API"] = listener.LocalEndpoint.ToString();
        start.Environment["AWS_REGION"] = "eu-west-1";

        // Lambda gives a function its credentials in the environment; none are used before the first event.
        start.Environment["AWS_ACCESS_KEY_ID"] = start.Environment["AWS_SECRET_ACCESS_KEY"] = "none";
        start.Environment["EFS_FILE_SYSTEM_ID"] = "fs-0123456789abcdef0";
        start.Environment["TARGET_DIRECTORY"] = "/mnt/efs";
        start.Environment["SSM_PARAMETER_NAME"] = "/efs-sharding/map";
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            using var connection = await listener.AcceptTcpClientAsync(patience.Token);
            using var request = new StreamReader(connection.GetStream());
            var line = await request.ReadLineAsync(patience.Token);
            var time = clock.Elapsed;
            process.Refresh();
            return line == "GET /2018-06-01/runtime/invocation/next HTTP/1.1"
                ? (time, process.WorkingSet64)
                : throw new InvalidOperationException($"The first request was '{line}'.");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static string Repository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "EfsSharding.slnx")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("This benchmark publishes a sample, so it has to run from the repository.");
        }

        return directory.FullName;
    }
}
