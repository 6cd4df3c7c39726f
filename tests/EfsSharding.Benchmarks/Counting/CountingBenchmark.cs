using System.Diagnostics;
using EfsSharding.Scaling;
using EfsSharding.Scaling.Counting;

namespace EfsSharding.Benchmarks.Counting;

/// <summary>Counting a million files of a warm local tree, against a bare getdents64 loop in the same process and against find.</summary>
internal sealed class CountingBenchmark : IBenchmark
{
    private const int Files = 1_000_000;
    private const int Directories = 1_000;
    private const int Limit = 100_000;
    private const int Runs = 7;

    public string Name => "counting";

    public string Description => "1,000,000 files of a warm local tree, against a bare getdents64 loop and find -type f | wc -l";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        var flat = BenchmarkTree.Make(1, Files);
        var wide = BenchmarkTree.Make(Directories, Files / Directories);
        await CompareAsync(output, "one-directory", Ours(flat, 1), "getdents64", () => Task.FromResult(BareLoop.Count(flat)));
        await CompareAsync(output, "one-directory", Ours(flat, 1), "find", () => Task.FromResult(FindCommand.Count(flat)));
        await CompareAsync(output, "1000x1000", Ours(wide, 1), "getdents64", () => Task.FromResult(BareLoop.Count(wide)));
        await CompareAsync(output, "1000x1000", Ours(wide, 1), "find", () => Task.FromResult(FindCommand.Count(wide)));
        await CompareAsync(output, "1000x1000-two-threads", Ours(wide, 2), "getdents64", () => Task.FromResult(BareLoop.Count(wide)));
        await CompareAsync(output, "one-directory-up-to-100000", Ours(flat, 1, Limit), "one-directory", Ours(flat, 1), expected: null);
        await CompareAsync(output, "1000x1000-up-to-100000", Ours(wide, 1, Limit), "1000x1000", Ours(wide, 1), expected: null);
    }

    private static Func<Task<long>> Ours(string root, int directoriesInFlight, long? upTo = null)
    {
        var counter = new LinuxFileCounter(directoriesInFlight, TimeProvider.System);
        return async () => (await counter.CountAsync(new FileCountRequest { Directory = root, UpTo = upTo })).Files;
    }

    /// <summary>Medians of runs in turns, so that whatever else the machine does meets both.</summary>
    private async Task CompareAsync(
        BenchmarkOutput output, string name, Func<Task<long>> ours, string baseline, Func<Task<long>> theirs, long? expected = Files)
    {
        var (mine, others) = (new List<double>(), new List<double>());
        var allocated = 0L;
        for (var run = 0; run <= Runs; run++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var (seconds, files) = await MeasureAsync(ours);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            var (baselineSeconds, baselineFiles) = await MeasureAsync(theirs);
            if ((expected ?? files) != files || baselineFiles != Files)
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
