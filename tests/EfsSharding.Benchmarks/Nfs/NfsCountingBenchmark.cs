using EfsSharding.Benchmarks.Counting;
using EfsSharding.Nfs;
using EfsSharding.Scaling.Counting;
using EfsSharding.Scaling.Counting.Nfs;

namespace EfsSharding.Benchmarks.Nfs;

/// <summary>Counting over NFS without a mount, against find on a kernel mount of the same server. Beside a server only.</summary>
internal sealed class NfsCountingBenchmark : IBenchmark
{
    private const int Directories = 1000;
    private const int Rounds = 3;

    public string Name => "counting";

    public string Description => "1,000 directories × 100 files (--per-directory N) over NFS, direct against find on a kernel mount; in tests/kernel-nfs --rtt 1";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        if (BenchmarkServer.Find(args, BenchmarkServer.Knfsd) is not { } server)
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
        var counting = new Comparison(1);
        for (var round = 0; round < Rounds; round++)
        {
            KernelMount.DropCaches();
            var tally = new CountTally(upTo: null);
            var walk = new NfsTreeWalk(new Connected(direct.Volume), "/count", "count", DirectNfsFileCounter.DefaultDirectoriesInFlight, tally);
            var found = 0L;
            await counting.AddAsync(
                direct,
                () => walk.RunAsync(CancellationToken.None),
                () => Task.Run(() => found = FindCommand.Count(Path.Combine(kernel.Root, "count"))));
            if (tally.Failure is not null || tally.Files != found || found != (long)Directories * files)
            {
                throw new InvalidOperationException($"counted {tally.Files}, find counted {found}, {Directories * files} were made", tally.Failure);
            }
        }

        output.Write(counting.Result(Name, "nfs-thousand-directories", server, "us") with { Baseline = $"find on a kernel mount of {server.Name}" });
    }

    /// <summary>A volume whose sessions exist, as the kernel's mount does.</summary>
    private sealed class Connected(DirectNfsVolume volume) : ICountingTargets
    {
        public ValueTask<DirectNfsVolume> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(volume);

        public ValueTask AbandonAsync(DirectNfsVolume failed, Exception fault) => throw new InvalidOperationException("The server failed.", fault);
    }
}
