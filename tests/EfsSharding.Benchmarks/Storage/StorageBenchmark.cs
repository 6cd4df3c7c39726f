using System.Diagnostics;
using EfsSharding.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Benchmarks.Storage;

/// <summary>What the store adds to the file system, on a file system that costs next to nothing, and what a hung target takes from the others.</summary>
internal sealed class StorageBenchmark : IBenchmark
{
    private const int Files = 200;
    private const int Rounds = 201;
    private const int HungCallers = 64;
    private const int HungRounds = 41;
    private static readonly TimeSpan HungRound = TimeSpan.FromMilliseconds(200);

    private readonly byte[] _content = new byte[4096];

    public string Name => "storage";

    public string Description => "4 KiB files on tmpfs (--directory DIR, default /dev/shm) against System.IO.File; one of three targets hung";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        var at = Array.IndexOf(args, "--directory");
        var root = Path.Join(at >= 0 ? args[at + 1] : "/dev/shm", $"efs-sharding-{Environment.ProcessId}");
        Directory.CreateDirectory(root);
        try
        {
            await CompareAsync(output, root);
            await HangAsync(output, root);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private async Task CompareAsync(BenchmarkOutput output, string root)
    {
        await using var services = Build(root, hungTargetId: null);
        var store = services.GetRequiredService<IShardedFileStore>();
        var paths = Enumerable.Range(0, Files).Select(i => $"files/{i % 32}/{i}.bin").ToArray();
        foreach (var path in paths)
        {
            await store.WriteAllBytesAsync(path, _content);
        }

        var physical = Array.ConvertAll(paths, p => store.Locate(p).PhysicalPath!);
        await WriteAsync(output, "read", "File.ReadAllBytesAsync", () => EachAsync(paths, p => store.ReadAllBytesAsync(p)), () => EachAsync(physical, p => File.ReadAllBytesAsync(p)));
        await WriteAsync(output, "replace", "temporary file + File.Move", () => EachAsync(paths, p => store.WriteAllBytesAsync(p, _content)), () => EachAsync(physical, ReplaceByHandAsync));
    }

    private async Task WriteAsync(BenchmarkOutput output, string name, string baseline, Func<Task> ours, Func<Task> theirs)
    {
        var (value, baselineValue, allocated) = await Measure.InTurnAsync(ours, theirs, Files, Rounds);
        output.Write(new BenchmarkResult
        {
            Benchmark = Name, Case = name, Value = value / 1000, Unit = "us", Baseline = baseline, BaselineValue = baselineValue / 1000, AllocatedBytes = allocated,
        });
    }

    private async Task ReplaceByHandAsync(string path)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}";
        await File.WriteAllBytesAsync(temporary, _content);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Two callers read from the healthy targets, while many wait for the one that hangs or, for the baseline, nobody does.</summary>
    private async Task HangAsync(BenchmarkOutput output, string root)
    {
        await using var idleServices = Build(root, hungTargetId: null);
        await using var hungServices = Build(root, hungTargetId: "fsmt-2");
        var idle = await StartAsync(idleServices);
        var hung = await StartAsync(hungServices);
        var paths = Enumerable.Range(0, 15 * Files).Select(i => $"hang/{i}.bin").ToLookup(p => idle.Locate(p).MountTargetId);
        foreach (var path in paths["fsmt-0"].Concat(paths["fsmt-1"]))
        {
            await idle.WriteAllBytesAsync(path, _content);
        }

        foreach (var path in paths["fsmt-2"].Take(HungCallers))
        {
            _ = hung.ReadAllBytesAsync(path).ContinueWith(t => t.Exception, TaskScheduler.Default);
        }

        var healthy = (string[][])[[.. paths["fsmt-0"]], [.. paths["fsmt-1"]]];
        var (besideHung, besideIdle) = (new List<double>(), new List<double>());
        for (var round = 0; round < HungRounds; round++)
        {
            besideIdle.Add(await ReadForAsync(idle, healthy));
            besideHung.Add(await ReadForAsync(hung, healthy));
        }

        output.Write(new BenchmarkResult
        {
            Benchmark = Name,
            Case = "2 healthy targets, third hung",
            Value = Measure.Median(besideHung),
            Unit = "us",
            Baseline = "third idle",
            BaselineValue = Measure.Median(besideIdle),
        });
    }

    private static async Task<IShardedFileStore> StartAsync(ServiceProvider services)
    {
        var store = services.GetRequiredKeyedService<ShardedFileStore>("");
        await store.Targets.StartAsync(CancellationToken.None);
        return store;
    }

    /// <returns>Microseconds per read over both callers.</returns>
    private static async Task<double> ReadForAsync(IShardedFileStore store, string[][] healthy)
    {
        var counts = await Task.WhenAll(healthy.Select(paths => Task.Run(async () =>
        {
            var started = Stopwatch.GetTimestamp();
            var count = 0;
            for (; Stopwatch.GetElapsedTime(started) < HungRound; count++)
            {
                await store.ReadAllBytesAsync(paths[count % paths.Length]);
            }

            return count;
        })));
        return HungRound.TotalMicroseconds / counts.Sum();
    }

    private static async Task EachAsync(string[] paths, Func<string, Task> work)
    {
        foreach (var path in paths)
        {
            await work(path);
        }
    }

    private static ServiceProvider Build(string root, string? hungTargetId)
    {
        var options = new EfsShardingOptions { OperationTimeout = TimeSpan.FromMinutes(5) };
        return new ServiceCollection()
            .AddEfsSharding(o =>
            {
                o.OperationTimeout = options.OperationTimeout;
                foreach (var i in Enumerable.Range(0, 3))
                {
                    o.DefaultTargets.Add(new MountTarget { MountTargetId = $"fsmt-{i}", FileSystemId = $"fs-{i}" });
                }
            })
            .UseMounter((_, _) => new BenchmarkMounter(root, hungTargetId is null ? new HashSet<string>() : new HashSet<string> { hungTargetId }, options))
            .Services.BuildServiceProvider();
    }
}
