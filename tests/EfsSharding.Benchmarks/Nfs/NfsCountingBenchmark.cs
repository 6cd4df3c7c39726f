using EfsSharding.Benchmarks.Counting;
using EfsSharding.Nfs;

namespace EfsSharding.Benchmarks.Nfs;

/// <summary>Counting over NFS without a mount, against find on a kernel mount of the same server. Beside a server only.</summary>
internal sealed class NfsCountingBenchmark : IBenchmark
{
    private const int Directories = 1000;
    private const int DirectoriesInFlight = 64;

    public string Name => "counting";

    public string Description => "1,000 directories × 100 files (--per-directory N) over NFS, direct against find on a kernel mount; in tests/kernel-nfs --rtt 1";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        if (BenchmarkServer.Find(args) is not { } server)
        {
            return;
        }

        var files = Options.Int32(args, "--per-directory") ?? 100;
        for (var directory = 0; directory < Directories; directory++)
        {
            var path = Directory.CreateDirectory(Path.Combine(server.Export, $"count/{directory}")).FullName;
            for (var file = 0; file < files; file++)
            {
                File.Create(Path.Combine(path, $"file-{file}")).Dispose();
            }
        }

        await using var direct = await DirectMount.OpenAsync(server);
        using var kernel = new KernelMount(server);
        KernelMount.DropCaches();
        var (counted, found, trips) = (0L, 0L, direct.RoundTrips);
        var ours = await Cost.OfAsync(async () =>
            counted = await NfsFileCount.CountAsync(direct.Volume, "count", DirectoriesInFlight, long.MaxValue, progress: null, CancellationToken.None));
        trips = direct.RoundTrips - trips;
        KernelMount.DropCaches();
        var theirs = await Cost.OfAsync(() => Task.Run(() => found = FindCommand.Count(Path.Combine(kernel.Root, "count"))));
        if (counted != found || counted != (long)Directories * files)
        {
            throw new InvalidOperationException($"counted {counted}, find counted {found}, {Directories * files} were made");
        }

        output.Write(new BenchmarkResult
        {
            Benchmark = Name,
            Case = "nfs-thousand-directories",
            Value = ours.Seconds * 1000,
            Unit = "ms",
            Baseline = $"find on a kernel mount of {server.Name}",
            BaselineValue = theirs.Seconds * 1000,
            AllocatedBytes = ours.AllocatedBytes,
            RoundTripsPerOperation = (double)trips / Directories,
        });
    }
}
