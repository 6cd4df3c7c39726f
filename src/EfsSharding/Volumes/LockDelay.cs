namespace EfsSharding.Volumes;

/// <summary>How long to wait before a lock that another client holds is asked for again: EFS calls nobody back. Some of it by chance, so that those who wait come apart.</summary>
internal static class LockDelay
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(64);

    /// <param name="attempt">How often it was asked for in vain, from 0.</param>
    public static TimeSpan After(int attempt)
    {
        var delay = TimeSpan.FromTicks(Math.Min(Shortest.Ticks << Math.Min(attempt, 16), Longest.Ticks));
        return delay * (0.5 + Random.Shared.NextDouble());
    }

    /// <summary>What its caller gets when it was asked for in vain for too long.</summary>
    public static StoreBusyException TimedOut(string path, TimeSpan patience) => new(
        $"Another client held the lock of '{path}' for {patience.TotalSeconds:0.###} s. Nothing was changed: retry. The lock of a client that died ends with its lease, on EFS after about 90 s.");
}
