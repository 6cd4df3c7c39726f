namespace EfsSharding.Volumes.Directories.Lanes;

/// <summary>A call that nobody needs to wait for. It has no deadline, so that it is made whenever its turn comes.</summary>
internal sealed class PostedOperation<TState>(BlockingLane lane, Action<TState> call, TState state) : LaneOperation
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool HasDeadline => false;

    public Task Task => _done.Task;

    public override void Execute()
    {
        EnterCall();
        Exception? error = null;
        try
        {
            call(state);
        }
        catch (Exception e)
        {
            error = e;
        }

        LeaveCall();
        var next = lane.End(this);
        if (error is null)
        {
            _done.TrySetResult();
        }
        else
        {
            _done.TrySetException(error);
        }

        if (next is not null)
        {
            LaneThreads.Shared.Start(next, callerBlocks: false);
        }
    }

    public override void GiveUp(string volume, TimeSpan timeout, bool isAwaited)
    {
        // It is done whenever it can be. That it hangs is known to the lane.
    }

    public override void EndGivenUp()
    {
        // It is never given up.
    }

    public override void ThrowIfAbandoned()
    {
        // It is wanted however long it takes.
    }

    protected override void Complete() => _done.TrySetResult();

    protected override void Progress() => lane.Renew(this);
}
