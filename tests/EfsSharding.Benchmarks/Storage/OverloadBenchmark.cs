using System.Collections.Concurrent;
using System.Diagnostics;
using EfsSharding.Benchmarks.Nfs;
using EfsSharding.Storage;
using EfsSharding.Targets;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Benchmarks.Storage;

/// <summary>Far more writes at once than two healthy targets of a file system take within the timeout: whether that is held against them.</summary>
internal sealed class OverloadBenchmark : IBenchmark
{
    public string Name => "overload";

    public string Description =>
        "50,000 writes at once (--writes N) on a healthy directory (--directory DIR), with an operation timeout of 1 s; in tests/kernel-nfs over direct NFS";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        var writes = Options.Int32(args, "--writes") ?? 50_000;
        if (BenchmarkServer.Find(args, BenchmarkServer.Ganesha) is { } server)
        {
            await MeasureAsync(output, $"direct, {server.Name}", b => b.UseDirectNfs(o => o.Port = server.Port, t => t.Enabled = false), writes, server.Address);
            return;
        }

        var at = Array.IndexOf(args, "--directory");
        var root = Path.Join(at >= 0 ? args[at + 1] : Path.GetTempPath(), $"efs-sharding-{Environment.ProcessId}");
        Directory.CreateDirectory(root);
        await MeasureAsync(output, "directory", b => b.UseLocalDirectories(root), writes, address: null);
        Directory.Delete(root, recursive: true);
    }

    private async Task MeasureAsync(
        BenchmarkOutput output, string access, Func<EfsShardingBuilder, EfsShardingBuilder> use, int writes, string? address)
    {
        await using var services = use(new ServiceCollection().AddEfsSharding(o =>
        {
            o.OperationTimeout = TimeSpan.FromSeconds(1);
            o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-0", FileSystemId = "fs-0", IpAddress = address });
            o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-0", IpAddress = address });
        })).Services.BuildServiceProvider();
        var store = services.GetRequiredKeyedService<ShardedFileStore>("");
        var targets = (await store.Targets.StartAsync(CancellationToken.None)).Volumes;
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

            if (Array.Exists(targets, t => t.State != VolumeState.Up))
            {
                Interlocked.Increment(ref faults);
            }
        }));
        Write(output, $"{access}: {writes} writes at once", Stopwatch.GetElapsedTime(started).TotalSeconds, "s");
        Write(output, $"{access}: TargetUnavailableException", errors.OfType<TargetUnavailableException>().Count(), "errors");
        Write(output, $"{access}: StoreBusyException", errors.OfType<StoreBusyException>().Count(), "errors");
        Write(output, $"{access}: other errors", errors.Count(e => e is not (TargetUnavailableException or StoreBusyException)), "errors");
        Write(output, $"{access}: a target seen in fault", faults, "times");
    }

    private void Write(BenchmarkOutput output, string name, double value, string unit) =>
        output.Write(new BenchmarkResult { Benchmark = Name, Case = name, Value = value, Unit = unit });
}
