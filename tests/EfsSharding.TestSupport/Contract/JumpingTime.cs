namespace EfsSharding.TestSupport.Contract;

/// <summary>The machine's clocks, which a test moves: the one that only runs on, and the one that people set.</summary>
internal sealed class JumpingTime : TimeProvider
{
    private long _ahead;

    /// <summary>How wrong the clock that people set is.</summary>
    public TimeSpan WallClockError { get; set; }

    public override long TimestampFrequency => System.TimestampFrequency;

    /// <summary>Lets time pass at once.</summary>
    public void Jump(TimeSpan time) => Interlocked.Add(ref _ahead, (long)(time.TotalSeconds * TimestampFrequency));

    public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref _ahead);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + WallClockError;
}
