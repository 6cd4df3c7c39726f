namespace EfsSharding.Volumes.Directories.Lanes;

/// <summary>
/// One blocking call in a lane: waits for its turn, then runs. As a work item of the thread pool it only tells its caller how it ended.
/// </summary>
internal abstract class LaneOperation : IThreadPoolWorkItem
{
    [ThreadStatic]
    private static LaneOperation? s_running;

    /// <summary>
    /// The list of the lane that it is in: of those that wait, or of those that run and have a deadline. Guarded by the lane.
    /// </summary>
    public LaneOperationList? List { get; set; }

    public LaneOperation? Previous { get; set; }

    public LaneOperation? Following { get; set; }

    /// <summary>When it was asked for, begun, or last moved on, in the clock's timestamps.</summary>
    public long Since { get; set; }

    /// <summary>Whether a caller waits for it, which is notified when it makes no progress.</summary>
    public virtual bool HasDeadline => true;

    /// <summary>Called by a call that consists of several steps: one of them has ended, and the deadline begins again.</summary>
    /// <exception cref="OperationCanceledException">It changes nothing and nobody waits for it any more.</exception>
    public static void ReportProgress()
    {
        if (s_running is { } running)
        {
            running.ThrowIfAbandoned();
            running.Progress();
        }
    }

    public abstract void ThrowIfAbandoned();

    /// <summary>Makes the call, on a thread that it may keep for as long as it hangs.</summary>
    public abstract void Execute();

    /// <summary>
    /// Ends the caller's wait. The call itself cannot be stopped once it runs, and does not start any more if it has not.
    /// </summary>
    /// <param name="volume">Names the volume in the error.</param>
    /// <param name="timeout">How long there was no progress.</param>
    /// <param name="isAwaited">Whether somebody's code may go on when it ends, which must not be here.</param>
    public abstract void GiveUp(string volume, TimeSpan timeout, bool isAwaited);

    /// <summary>Called by <see cref="GivenUpCallers"/>: what awaits it goes on here.</summary>
    public abstract void EndGivenUp();

    void IThreadPoolWorkItem.Execute() => Complete();

    /// <summary>Gives the result to the caller, whose code may go on here.</summary>
    protected abstract void Complete();

    protected abstract void Progress();

    protected void EnterCall() => s_running = this;

    protected static void LeaveCall() => s_running = null;
}
