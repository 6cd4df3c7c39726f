using System.Diagnostics;

namespace EfsSharding.Benchmarks.Nfs;

/// <summary>What work cost: time, this process's and the kernel's processor time on its behalf, and managed memory.</summary>
internal readonly record struct Cost(double Seconds, double CpuSeconds, long AllocatedBytes)
{
    public static async Task<Cost> OfAsync(Func<Task> work)
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await work();
        return new Cost(
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            (Environment.CpuUsage.TotalTime - cpu).TotalSeconds,
            GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }
}
