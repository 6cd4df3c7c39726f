using System.Diagnostics;
using EfsSharding.Scaling;
using EfsSharding.Scaling.Counting;

namespace EfsSharding.Benchmarks.Counting;

/// <summary>Counting a million files of a warm local tree, against a bare getdents64 loop in the same process and against find.</summary>
internal sealed class CountingBenchmark : IBenchmark
{
    private const int Directories = 1_000;
    private const int Runs = 7;

    private int _files = 1_000_000;

    public string Name => "counting";

    public string Description => "1,000,000 files (--files N) of a warm local tree in TMPDIR, against a bare getdents64 loop and find -type f | wc -l";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        if (Environment.GetEnvironmentVariable("NFS_TARGETS") is not null)
        {
            // Beside a server only what goes over NFS is of interest, and a guest kernel's local tree says nothing.
            return;
        }

        _files = (Options.Int32(args, "--files") ?? _files) / Directories * Directories;

        var limit = _files / 10;
        var flat = BenchmarkTree.Make(1, _files);
        var wide = BenchmarkTree.Make(Directories, _files / Directories);
        await CompareAsync(output, "one-directory", Ours(flat, 1), "getdents64", () => Task.FromResult(BareLoop.Count(flat)));
        await CompareAsync(output, "one-directory", Ours(flat, 1), "find", () => Task.FromResult(FindCommand.Count(flat)));
        await CompareAsync(output, "thousand-directories", Ours(wide, 1), "getdents64", () => Task.FromResult(BareLoop.Count(wide)));
        await CompareAsync(output, "thousand-directories", Ours(wide, 1), "find", () => Task.FromResult(FindCommand.Count(wide)));
        await CompareAsync(output, "thousand-directories-two-threads", Ours(wide, 2), "getdents64", () => Task.FromResult(BareLoop.Count(wide)));
        await CompareAsync(output, "one-directory-up-to-a-tenth", Ours(flat, 1, limit), "one-directory", Ours(flat, 1), isExact: false);
        await CompareAsync(output, "thousand-directories-up-to-a-tenth", Ours(wide, 1, limit), "thousand-directories", Ours(wide, 1), isExact: false);
    }

    private static Func<Task<long>> Ours(string root, int directoriesInFlight, long? upTo = null)
    {
        var counter = new LinuxFileCounter(directoriesInFlight, TimeProvider.System);
        return async () => (await counter.CountAsync(new FileCountRequest { Directory = root, UpTo = upTo })).Files;
    }

    /// <summary>Medians of runs in turns, so that whatever else the machine does meets both.</summary>
    private async Task CompareAsync(
        BenchmarkOutput output, string name, Func<Task<long>> ours, string baseline, Func<Task<long>> theirs, bool isExact = true)
    {
        var (mine, others) = (new List<double>(), new List<double>());
        var allocated = 0L;
        for (var run = 0; run <= Runs; run++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var (seconds, files) = await MeasureAsync(ours);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            var (baselineSeconds, baselineFiles) = await MeasureAsync(theirs);
            if ((isExact && files != _files) || baselineFiles != _files)
            {
                throw new InvalidOperationException($"{name}: counted {files}, {baseline} counted {baselineFiles}");
            }

            // The first pair warms caches and compiles.
            if (run > 0)
            {
                mine.Add(seconds);
                others.Add(baselineSeconds);
            }
        }

        output.Write(new BenchmarkResult
        {
            Benchmark = Name,
            Case = name,
            Value = Median(mine) * 1000,
            Unit = "ms",
            Baseline = baseline,
            BaselineValue = Median(others) * 1000,
            AllocatedBytes = allocated,
        });
    }

    private static async Task<(double Seconds, long Files)> MeasureAsync(Func<Task<long>> count)
    {
        var started = Stopwatch.GetTimestamp();
        var files = await count();
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, files);
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
