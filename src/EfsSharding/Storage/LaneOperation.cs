namespace EfsSharding.Storage;

/// <summary>One blocking call in a lane, as the deadlines see it.</summary>
internal abstract class LaneOperation : IThreadPoolWorkItem
{
    public LaneOperation? Previous { get; set; }

    public LaneOperation? Next { get; set; }

    /// <summary>Whether it holds the lane's place on the thread pool.</summary>
    public bool IsOnPool { get; set; }

    /// <summary>When it was asked for, in the clock's timestamps.</summary>
    public long Asked { get; set; }

    public abstract void Execute();

    /// <summary>Ends the caller's wait. The call itself cannot be stopped once it runs, and does not start any more if it has not.</summary>
    public abstract void GiveUp(string volume, TimeSpan timeout);
}
