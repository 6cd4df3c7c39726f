using System.Diagnostics;

namespace EfsSharding.Benchmarks;

/// <summary>Times two things in turn within one run, as machines are noisy and ratios are not, and takes medians.</summary>
internal static class Measure
{
    /// <param name="ours">What is measured; does <paramref name="operations"/> operations.</param>
    /// <param name="baseline">What it is compared with; does as many.</param>
    /// <param name="operations">Operations of one round.</param>
    /// <param name="rounds">Rounds of each, after a second that warms up.</param>
    /// <returns>Nanoseconds per operation of the median rounds, and the bytes that one of ours allocates.</returns>
    public static async Task<(double Ours, double Baseline, long AllocatedBytes)> InTurnAsync(
        Func<Task> ours, Func<Task> baseline, int operations, int rounds)
    {
        var times = (Ours: new List<double>(), Baseline: new List<double>());
        var allocated = new List<long>();
        await WarmUpAsync(ours, baseline);
        for (var round = 0; round < rounds; round++)
        {
            var bytes = GC.GetTotalAllocatedBytes(precise: true);
            var oursTime = await TimeAsync(ours);
            bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
            var baselineTime = await TimeAsync(baseline);
            times.Ours.Add(oursTime / operations);
            times.Baseline.Add(baselineTime / operations);
            allocated.Add(bytes / operations);
        }

        return (Median(times.Ours), Median(times.Baseline), Median(allocated));
    }

    public static T Median<T>(List<T> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static async Task WarmUpAsync(Func<Task> ours, Func<Task> baseline)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1))
        {
            await ours();
            await baseline();
        }
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds;
    }
}
