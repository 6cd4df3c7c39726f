namespace EfsSharding.Storage;

/// <inheritdoc/>
internal sealed class LaneOperation<TState, TResult> : LaneOperation
{
    private readonly BlockingLane _lane;
    private readonly Func<TState, TResult> _call;
    private TState _state;
    private readonly bool _changes;
    private readonly TaskCompletionSource<TResult> _completion;
    private TaskCompletionSource? _settled;
    private CancellationTokenRegistration _cancellation;
    private int _started;

    public LaneOperation(BlockingLane lane, Func<TState, TResult> call, TState state, bool changes, bool onPool)
    {
        _lane = lane;
        _call = call;
        _state = state;
        _changes = changes;
        IsOnPool = onPool;

        // A continuation may run at once on a pool thread, as after any other I/O; the lane's own threads are not for strangers.
        _completion = new(onPool ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public Task<TResult> Task => _completion.Task;

    public void CancelWith(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (operation, token) => ((LaneOperation<TState, TResult>)operation!).Cancel(token), this);
        }
    }

    public override void Execute()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            LeaveLane();
            return;
        }

        try
        {
            var result = _call(_state);
            LeaveLane();
            if (!_completion.TrySetResult(result))
            {
                (result as IDisposable)?.Dispose();
            }
        }
        catch (Exception e)
        {
            LeaveLane();
            _completion.TrySetException(e);
        }

        Volatile.Read(ref _settled)?.TrySetResult();
    }

    public override void GiveUp(string volume, TimeSpan timeout)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _settled, settled);
        var started = Interlocked.Exchange(ref _started, 1) != 0;
        ReleaseStateUnless(started);
        var problem = started ? "did not answer" : "is busy with operations that do not end; this one was not started";
        var fault = new TargetFaultException($"{volume} {problem} within {timeout.TotalSeconds:0.###} s.", mayTakeEffect: started && _changes)
        {
            Settled = started ? settled.Task : System.Threading.Tasks.Task.CompletedTask,
        };
        ThreadPool.UnsafeQueueUserWorkItem(static s => s.Completion.TrySetException(s.Fault), (Completion: _completion, Fault: fault), preferLocal: false);
    }

    /// <summary>A change that has begun is not left before its deadline: how it ends must be known, or known to be in doubt.</summary>
    private void Cancel(CancellationToken cancellationToken)
    {
        var started = Interlocked.Exchange(ref _started, 1) != 0;
        if (started && _changes)
        {
            return;
        }

        ReleaseStateUnless(started);

        _lane.Forget(this);
        _completion.TrySetCanceled(cancellationToken);
    }

    /// <summary>It waits in the lane for as long as the calls ahead of it hang; what it was to write must not stay in memory with it.</summary>
    private void ReleaseStateUnless(bool started)
    {
        if (!started)
        {
            _state = default!;
        }
    }

    private void LeaveLane()
    {
        _lane.Forget(this);
        _cancellation.Unregister();
        if (IsOnPool)
        {
            _lane.LeavePool();
        }
    }
}
