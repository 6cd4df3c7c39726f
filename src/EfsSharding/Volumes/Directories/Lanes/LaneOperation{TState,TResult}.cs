namespace EfsSharding.Volumes.Directories.Lanes;

/// <inheritdoc/>
/// <param name="lane">Where it has its turn.</param>
/// <param name="call">The call.</param>
/// <param name="state">What it works on.</param>
/// <param name="changes">Whether it changes something on the server.</param>
/// <param name="callerBlocks">Whether a thread waits for it, which needs no other thread to go on.</param>
internal sealed class LaneOperation<TState, TResult>(BlockingLane lane, Func<TState, TResult> call, TState state, bool changes, bool callerBlocks) : LaneOperation
{
    // What awaits it goes on where it is completed: on the thread that made the call, or on the pool.
    private readonly TaskCompletionSource<TResult> _completion = new();
    private TState _state = state;
    private TResult? _result;
    private Exception? _error;
    private TargetFaultException? _fault;
    private TaskCompletionSource? _settled;
    private CancellationTokenRegistration _cancellation;
    private int _started;

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
        var called = Interlocked.Exchange(ref _started, 1) == 0;
        if (called)
        {
            Call();
        }

        // A result that nobody waits for is closed here, where it may hang.
        var isAwaited = called && !_completion.Task.IsCompleted;
        if (!isAwaited)
        {
            (_result as IDisposable)?.Dispose();
        }

        var next = lane.End(this);
        _cancellation.Unregister();
        if (isAwaited)
        {
            CompleteSomewhere(isNextWaiting: next is not null);
        }
        else
        {
            Volatile.Read(ref _settled)?.TrySetResult();
        }

        if (next is not null)
        {
            LaneThreads.Shared.Start(next, callerBlocks: false);
        }
    }

    public override void GiveUp(string volume, TimeSpan timeout, bool isAwaited)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _settled, settled);
        var started = Interlocked.Exchange(ref _started, 1) != 0;
        ReleaseStateUnless(started);
        var problem = started ? "did not answer" : "is busy with operations that do not end; this one was not started";
        var fault = new TargetFaultException($"{volume} {problem} within {timeout.TotalSeconds:0.###} s.", mayTakeEffect: started && changes)
        {
            Settled = started ? settled.Task : System.Threading.Tasks.Task.CompletedTask,
        };
        if (callerBlocks || !isAwaited)
        {
            _completion.TrySetException(fault);
            return;
        }

        _fault = fault;
        GivenUpCallers.Shared.Add(this);
    }

    public override void EndGivenUp() => _completion.TrySetException(_fault!);

    public override void ThrowIfAbandoned()
    {
        if (!changes && _completion.Task.IsCompleted)
        {
            throw new OperationCanceledException();
        }
    }

    protected override void Progress() => lane.Renew(this);

    protected override void Complete()
    {
        if (_error is not null)
        {
            _completion.TrySetException(_error);
        }
        else if (!_completion.TrySetResult(_result!) && _result is IDisposable late)
        {
            _ = lane.Post(static l => l.Dispose(), late);
        }

        // Last, as the caller that gave it up said first how it is heard of.
        Volatile.Read(ref _settled)?.TrySetResult();
    }

    private void Call()
    {
        EnterCall();
        try
        {
            _result = call(_state);
        }
        catch (ObjectDisposedException closed)
        {
            _error = new TargetFaultException("The volume was closed.", mayTakeEffect: false, closed);
        }
        catch (Exception e)
        {
            _error = e;
        }
        finally
        {
            LeaveCall();
        }
    }

    private void CompleteSomewhere(bool isNextWaiting)
    {
        var threads = LaneThreads.Shared;
        if (callerBlocks)
        {
            Complete();
        }
        else if (!isNextWaiting && LaneThread.Current is { } thread && threads.TryEnterContinuation(thread))
        {
            Complete();
            threads.LeaveContinuation(thread);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>A change that has begun is not left before its deadline: how it ends must be known, or known to be in doubt.</summary>
    private void Cancel(CancellationToken cancellationToken)
    {
        var started = Interlocked.Exchange(ref _started, 1) != 0;
        if (started && changes)
        {
            return;
        }

        ReleaseStateUnless(started);
        lane.Forget(this);
        _completion.TrySetCanceled(cancellationToken);
    }

    /// <summary>What it was to write must not stay in memory for as long as somebody knows of it.</summary>
    private void ReleaseStateUnless(bool started)
    {
        if (!started)
        {
            _state = default!;
        }
    }
}
