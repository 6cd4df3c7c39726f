using System.Diagnostics;

namespace EfsSharding.Benchmarks.Storage;

/// <summary>How long a work item of an application waits for the thread pool, and how many threads there are.</summary>
internal static class WorkItemDelay
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks for work items one after the other, from a thread that is not the pool's.</summary>
    /// <returns>The median and the longest wait in milliseconds, and the process's threads at the end.</returns>
    public static Task<(double Median, double Longest, int Threads)> MeasureAsync(TimeSpan duration) => Task.Factory.StartNew(
        () =>
        {
            var waits = new List<double>();
            using var done = new ManualResetEventSlim();
            for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < duration;)
            {
                done.Reset();
                var asked = Stopwatch.GetTimestamp();
                ThreadPool.UnsafeQueueUserWorkItem(static d => d.Set(), done, preferLocal: false);
                done.Wait();
                waits.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                Thread.Sleep(Pause);
            }

            var longest = waits.Max();
            return (Measure.Median(waits), longest, Threads());
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    public static int Threads()
    {
        using var self = Process.GetCurrentProcess();
        return self.Threads.Count;
    }
}
