namespace EfsSharding.Nfs.Session;

/// <summary>The moment at which an operation is given up.</summary>
internal readonly record struct Deadline(TimeProvider Time, long Timestamp, TimeSpan Allowed)
{
    public static Deadline After(TimeProvider time, TimeSpan allowed) =>
        new(time, time.GetTimestamp() + (long)(allowed.TotalSeconds * time.TimestampFrequency), allowed);

    public TimeSpan Remaining => Time.GetElapsedTime(Time.GetTimestamp(), Timestamp);

    public bool IsOver => Time.GetTimestamp() >= Timestamp;
}
