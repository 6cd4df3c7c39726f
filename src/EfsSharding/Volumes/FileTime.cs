namespace EfsSharding.Volumes;

/// <summary>Times as file systems keep them; those that .NET cannot say become the nearest that it can.</summary>
internal static class FileTime
{
    private static readonly long Oldest = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <param name="seconds">Since 1970, UTC.</param>
    /// <param name="nanoseconds">0 to 999,999,999; more is taken for that.</param>
    public static DateTimeOffset From(long seconds, uint nanoseconds) =>
        seconds < Oldest ? DateTimeOffset.MinValue
        : seconds > Latest ? DateTimeOffset.MaxValue
        : DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(Math.Min(nanoseconds / TimeSpan.NanosecondsPerTick, TimeSpan.TicksPerSecond - 1));
}
