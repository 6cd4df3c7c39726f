using System.Text;
using EfsSharding.Routing;
using EfsSharding.Volumes;

namespace EfsSharding.Benchmarks.Routing;

/// <summary>What routing costs over the hash that it cannot do without, how even it is, and what an added target moves.</summary>
internal sealed class RoutingBenchmark : IBenchmark
{
    private const int PathCount = 1024;
    private const int Repeats = 20;
    private const int SpreadPaths = 1_000_000;

    public string Name => "routing";

    public string Description => "checks and routes 64-character paths; spread and movement over 1,000,000 paths";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        var paths = Enumerable.Range(0, PathCount).Select(i => $"customers/{i:x8}/".PadRight(59, 'k') + ".json").ToArray();
        var encoded = paths.Select(Encoding.UTF8.GetBytes).ToArray();
        foreach (var targets in (int[])[3, 16, 384])
        {
            var router = RendezvousRouter.Compile(Map(targets));
            await CompareAsync(output, $"route, {targets} targets", "hash", () => Route(router, paths), () => EncodeAndHash(paths));
            await CompareAsync(output, $"route, {targets} targets, over ready bytes", "hash of ready bytes", () => RouteReady(router, encoded), () => HashReady(encoded));
        }

        Spread(output);
    }

    private async Task CompareAsync(BenchmarkOutput output, string name, string baseline, Func<int> ours, Func<int> theirs)
    {
        var (value, baselineValue, allocated) = await Measure.InTurnAsync(() => Repeat(ours), () => Repeat(theirs), PathCount * Repeats, rounds: 401);
        output.Write(new BenchmarkResult
        {
            Benchmark = Name, Case = name, Value = value, Unit = "ns", Baseline = baseline, BaselineValue = baselineValue, AllocatedBytes = allocated,
        });
    }

    private void Spread(BenchmarkOutput output)
    {
        var (three, four) = (RendezvousRouter.Compile(Map(3)), RendezvousRouter.Compile(Map(4)));
        var counts = new int[3];
        var (moved, movedToNew) = (0, 0);
        Span<byte> buffer = stackalloc byte[StorePath.BufferLength];
        for (var i = 0; i < SpreadPaths; i++)
        {
            var path = StorePath.Encode($"customers/{i % 1000}/{i}.json", buffer);
            var before = three.RouteOf(path, out _).Owner.Targets[0];
            var after = four.RouteOf(path, out _).Owner.Targets[0];
            counts[before]++;
            moved += before == after ? 0 : 1;
            movedToNew += after == 3 ? 1 : 0;
        }

        output.Write(new BenchmarkResult
        {
            Benchmark = Name, Case = "fullest of 3 equal targets", Value = counts.Max(), Unit = "paths", Baseline = "mean", BaselineValue = SpreadPaths / 3.0,
        });
        output.Write(new BenchmarkResult
        {
            Benchmark = Name, Case = "moved by a fourth target", Value = 100.0 * moved / SpreadPaths, Unit = "%", Baseline = "least possible", BaselineValue = 25,
        });
        output.Write(new BenchmarkResult
        {
            Benchmark = Name, Case = "moved to the new target", Value = movedToNew, Unit = "paths", Baseline = "all moved", BaselineValue = moved,
        });
    }

    private static Task Repeat(Func<int> work)
    {
        for (var i = 0; i < Repeats; i++)
        {
            _sink += work();
        }

        return Task.CompletedTask;
    }

    private static int _sink;

    private static int Route(RendezvousRouter router, string[] paths)
    {
        Span<byte> buffer = stackalloc byte[StorePath.BufferLength];
        var sum = 0;
        foreach (var path in paths)
        {
            router.RouteOf(StorePath.Encode(path, buffer), out var bucket);
            sum += bucket;
        }

        return sum;
    }

    private static int EncodeAndHash(string[] paths)
    {
        Span<byte> buffer = stackalloc byte[StorePath.BufferLength];
        var sum = 0;
        foreach (var path in paths)
        {
            sum += (int)PathHash.Of(buffer[..Encoding.UTF8.GetBytes(path, buffer)]);
        }

        return sum;
    }

    private static int RouteReady(RendezvousRouter router, byte[][] paths)
    {
        var sum = 0;
        foreach (var path in paths)
        {
            router.RouteOf(path, out var bucket);
            sum += bucket;
        }

        return sum;
    }

    private static int HashReady(byte[][] paths)
    {
        var sum = 0;
        foreach (var path in paths)
        {
            sum += (int)PathHash.Of(path);
        }

        return sum;
    }

    private static ShardMap Map(int targets) => new()
    {
        MountTargets = [.. Enumerable.Range(0, targets).Select(i => new MountTarget { MountTargetId = $"fsmt-{i:x17}", FileSystemId = "fs-0" })],
        FileSystems = [new FileSystem { FileSystemId = "fs-0" }],
    };
}
