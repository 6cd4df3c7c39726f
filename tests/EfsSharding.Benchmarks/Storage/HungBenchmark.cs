using System.Diagnostics;
using System.Globalization;
using EfsSharding.Benchmarks.Nfs;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Benchmarks.Storage;

/// <summary>What volumes that hang cost: threads, and the delay of an application's work items on the thread pool.</summary>
internal sealed class HungBenchmark : IBenchmark
{
    private const int MostVolumes = 3;
    private const int CallersOfEach = 16;
    private const string Child = "--volumes";

    public string Name => "hung";

    public string Description => "None and 1 to 3 volumes that hang, on one processor and two (--seconds N of each, default 10); with a frozen server in tests/kernel-nfs";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        var duration = TimeSpan.FromSeconds(Options.Int32(args, "--seconds") ?? 10);
        if (Options.Int32(args, Child) is { } volumes)
        {
            await HangAsync(output, volumes, duration);
        }
        else if (BenchmarkServer.Find(args, BenchmarkServer.Ganesha) is { } server)
        {
            await FreezeAsync(output, server, duration);
        }
        else
        {
            for (var processors = 1; processors <= Math.Min(2, Environment.ProcessorCount); processors++)
            {
                for (var count = 0; count <= MostVolumes; count++)
                {
                    await RunChildAsync(processors, count, duration, output);
                }
            }
        }
    }

    /// <summary>The number of processors is that of the whole life of a process.</summary>
    private static async Task RunChildAsync(int processors, int volumes, TimeSpan duration, BenchmarkOutput output)
    {
        string[] command = [.. Self(), "hung", Child, volumes.ToString(CultureInfo.InvariantCulture), "--seconds", duration.TotalSeconds.ToString(CultureInfo.InvariantCulture)];
        if (output.IsJson)
        {
            command = [.. command, "--json"];
        }

        var start = new ProcessStartInfo("taskset", ["-c", processors == 1 ? "0" : "0,1", .. command]) { UseShellExecute = false };
        using var child = Process.Start(start) ?? throw new InvalidOperationException("taskset did not start");
        await child.WaitForExitAsync();
        if (child.ExitCode != 0)
        {
            throw new InvalidOperationException($"The benchmark on {processors} processors ended with status {child.ExitCode}.");
        }
    }

    /// <summary>This program, as it was started: by its own executable, or by <c>dotnet</c> and its assembly.</summary>
    private static string[] Self() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, Environment.GetCommandLineArgs()[0]]
        : [Environment.ProcessPath!];

    private async Task HangAsync(BenchmarkOutput output, int volumes, TimeSpan duration)
    {
        if (volumes == 0)
        {
            // What the machine does to a process with as many callers whose store does nothing at all.
            await ShowAsync(output, $"no volume, {Environment.ProcessorCount} processors", store: null, MostVolumes, duration);
            return;
        }

        var root = Directory.CreateTempSubdirectory("efs-sharding-hung-").FullName;
        var options = new EfsShardingOptions { OperationTimeout = TimeSpan.FromSeconds(1), MinRetryDelay = TimeSpan.FromMilliseconds(100), MaxRetryDelay = TimeSpan.FromMilliseconds(100) };
        var ids = Enumerable.Range(0, volumes).Select(i => $"fsmt-{i}").ToHashSet();
        var services = new ServiceCollection()
            .AddEfsSharding(o =>
            {
                (o.OperationTimeout, o.MinRetryDelay, o.MaxRetryDelay) = (options.OperationTimeout, options.MinRetryDelay, options.MaxRetryDelay);
                for (var i = 0; i < volumes; i++)
                {
                    o.DefaultTargets.Add(new MountTarget { MountTargetId = $"fsmt-{i}", FileSystemId = $"fs-{i}" });
                }
            })
            .UseMounter((_, _) => new BenchmarkMounter(root, ids, options))
            .Services.BuildServiceProvider();
        var store = services.GetRequiredService<IShardedFileStore>();
        await ShowAsync(output, $"{Plural(volumes)}, {Environment.ProcessorCount} processors", store, volumes, duration);
        await services.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }

    /// <summary>One file system with one premounted volume for each server address, whose server is stopped.</summary>
    private async Task FreezeAsync(BenchmarkOutput output, BenchmarkServer server, TimeSpan duration)
    {
        using var mount = new KernelMount(server);
        await using var services = new ServiceCollection()
            .AddEfsSharding(o =>
            {
                (o.MinRetryDelay, o.MaxRetryDelay) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
                o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-0", FileSystemId = "fs-0" });
            })
            .UsePremountedVolumes(o => o.Directory = mount.Root)
            .Services.BuildServiceProvider();
        var store = services.GetRequiredService<IShardedFileStore>();
        await store.WriteAllBytesAsync("file", new byte[4 << 20]);
        var opened = await store.OpenReadAsync("file");
        await opened.ReadExactlyAsync(new byte[10]);
        await ShowAsync(output, "no volume asked", store: null, volumes: 1, duration / 10);
        var control = Environment.GetEnvironmentVariable("NFS_CONTROL")!;
        KernelMount.Run(control, "freeze");
        try
        {
            var started = Stopwatch.GetTimestamp();
            await opened.DisposeAsync();
            Write(output, "frozen server: disposing a stream", Stopwatch.GetElapsedTime(started).TotalMilliseconds, "ms");
            await ShowAsync(output, "frozen server", store, volumes: 1, duration);
        }
        finally
        {
            KernelMount.Run(control, "thaw");
        }
    }

    /// <summary>Callers ask all the while, and the targets are tried again all the while.</summary>
    private async Task ShowAsync(BenchmarkOutput output, string name, IShardedFileStore? store, int volumes, TimeSpan duration)
    {
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, CallersOfEach * volumes).Select(i => AskAsync(store, i, stop.Token)).ToArray();
        var before = WorkItemDelay.Threads();
        var first = await WorkItemDelay.MeasureAsync(duration / 3);
        var last = await WorkItemDelay.MeasureAsync(duration * 2 / 3);
        Write(output, $"{name}: median delay", Math.Max(first.Median, last.Median), "ms");
        Write(output, $"{name}: longest delay", Math.Max(first.Longest, last.Longest), "ms");
        output.Write(new BenchmarkResult
        {
            Benchmark = Name, Case = $"{name}: threads", Value = last.Threads, Unit = "threads", Baseline = $"after a third ({before} at first)", BaselineValue = first.Threads,
        });
        await stop.CancelAsync();
        await Task.WhenAll(callers);
    }

    private static async Task AskAsync(IShardedFileStore? store, int caller, CancellationToken cancellationToken)
    {
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            try
            {
                await (store?.ReadAllBytesAsync($"caller-{caller}/{i}", cancellationToken) ?? Task.FromException<byte[]>(new IOException("There is no store.")));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                await Task.Delay(10, CancellationToken.None);
            }
        }
    }

    private void Write(BenchmarkOutput output, string name, double value, string unit) =>
        output.Write(new BenchmarkResult { Benchmark = Name, Case = name, Value = value, Unit = unit });

    private static string Plural(int volumes) => volumes == 1 ? "1 hung volume" : $"{volumes} hung volumes";
}
