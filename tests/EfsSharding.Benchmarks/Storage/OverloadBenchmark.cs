using System.Collections.Concurrent;
using System.Diagnostics;
using EfsSharding.Storage;
using EfsSharding.Targets;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Benchmarks.Storage;

/// <summary>Far more writes at once than a healthy directory takes within the timeout: whether that is held against it.</summary>
internal sealed class OverloadBenchmark : IBenchmark
{
    public string Name => "overload";

    public string Description => "50,000 writes at once (--writes N) on a healthy directory (--directory DIR), with an operation timeout of 1 s";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        var writes = Options.Int32(args, "--writes") ?? 50_000;
        var at = Array.IndexOf(args, "--directory");
        var root = Path.Join(at >= 0 ? args[at + 1] : Path.GetTempPath(), $"efs-sharding-{Environment.ProcessId}");
        Directory.CreateDirectory(root);
        await using var services = new ServiceCollection()
            .AddEfsSharding(o =>
            {
                o.OperationTimeout = TimeSpan.FromSeconds(1);
                o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-0", FileSystemId = "fs-0" });
            })
            .UseLocalDirectories(root)
            .Services.BuildServiceProvider();
        var store = services.GetRequiredKeyedService<ShardedFileStore>("");
        var target = (await store.Targets.StartAsync(CancellationToken.None)).Volumes[0];
        var errors = new ConcurrentBag<Exception>();
        var faults = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, writes).Select(async i =>
        {
            try
            {
                await store.WriteAllTextAsync($"d{i % 100}/file-{i}", "text");
            }
            catch (IOException e)
            {
                errors.Add(e);
            }

            if (target.State != VolumeState.Up)
            {
                Interlocked.Increment(ref faults);
            }
        }));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Directory.Delete(root, recursive: true);
        Write(output, $"{writes} writes at once", seconds, "s");
        Write(output, "TargetUnavailableException", errors.OfType<TargetUnavailableException>().Count(), "errors");
        Write(output, "StoreBusyException", errors.OfType<StoreBusyException>().Count(), "errors");
        Write(output, "other errors", errors.Count(e => e is not (TargetUnavailableException or StoreBusyException)), "errors");
        Write(output, "target seen in fault", faults, "times");
    }

    private void Write(BenchmarkOutput output, string name, double value, string unit) =>
        output.Write(new BenchmarkResult { Benchmark = Name, Case = name, Value = value, Unit = unit });
}
