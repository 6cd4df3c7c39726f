namespace EfsSharding.Nfs.Session;

/// <summary>The moment at which an operation is given up unless it makes progress, which gives it the whole time again.</summary>
internal readonly record struct Deadline(TimeProvider Time, long Timestamp, TimeSpan Allowed)
{
    /// <summary>When it was set.</summary>
    public long Since => Timestamp - Ticks(Time, Allowed);

    public static Deadline After(TimeProvider time, TimeSpan allowed) => new(time, time.GetTimestamp() + Ticks(time, allowed), allowed);

    /// <summary>As much time again, from now on.</summary>
    public Deadline Renewed() => After(Time, Allowed);

    public TimeSpan Remaining => Time.GetElapsedTime(Time.GetTimestamp(), Timestamp);

    public bool IsOver => Time.GetTimestamp() >= Timestamp;

    private static long Ticks(TimeProvider time, TimeSpan allowed) => (long)(allowed.TotalSeconds * time.TimestampFrequency);
}
