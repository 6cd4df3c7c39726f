namespace EfsSharding.Volumes.Directories.Lanes;

/// <summary>
/// Runs one volume's blocking calls, a few at once and the others in order. A call that hangs in the kernel cannot be stopped, only left:
/// its
/// caller gets a <see cref="TargetFaultException"/> when it has made no progress for the timeout, and it keeps one of the lane's places and
/// one thread of <see cref="LaneThreads"/>, never one of the thread pool.
/// </summary>
/// <remarks>
/// A call that waits for its turn waits for as long as the lane moves: load is no fault. How many run at once follows from how many end
/// (<see cref="LaneWindow"/>). Once a call was given up and none has ended since it began, only one at a time may run, which finds out
/// whether the others
/// would hang too; after a few, one more each time that the mount answers a probe. What waits meanwhile is refused when nothing has moved
/// for the
/// timeout, and what comes then is refused at once.
/// </remarks>
internal sealed class BlockingLane
{
    /// <summary>
    /// How long a caller waits for something to be closed, so that a file that is deleted next is closed then; one that hangs is left.
    /// </summary>
    public static readonly TimeSpan CloseGrace = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly LaneOperationList _running = new();
    private readonly LaneOperationList _waiting = new();
    private readonly string _name;
    private readonly LaneWindow _window;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _period;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private long _lastMove;
    private long _lastEnd = long.MinValue;
    private bool _hangs;
    private bool _ticking;

    /// <param name="name">Names the volume in errors.</param>
    /// <param name="maxConcurrency">Operations that run at once; at least 1.</param>
    /// <param name="timeout">How long one operation may run, or the lane stand still, without any progress.</param>
    /// <param name="timeProvider">The clock of the deadlines.</param>
    public BlockingLane(string name, int maxConcurrency, TimeSpan timeout, TimeProvider timeProvider)
    {
        _name = name;
        _window = new LaneWindow(maxConcurrency);
        _timeout = timeout;
        _period = TimeSpan.FromTicks(Math.Max(timeout.Ticks / 20, TimeSpan.TicksPerMillisecond));
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(static s => ((BlockingLane)s!).Look(), this, System.Threading.Timeout.InfiniteTimeSpan, System.Threading.Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long a call may make no progress.</summary>
    public TimeSpan Timeout => _timeout;

    /// <summary>Whether calls hang in it and nothing has moved for the timeout.</summary>
    public bool IsStuck
    {
        get
        {
            lock (_gate)
            {
                return _window.Hung > 0 && HasStoodStill(_timeProvider.GetTimestamp());
            }
        }
    }

    /// <summary>Calls under way, those that hang included: so many threads it has.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _window.Running + _window.Hung;
            }
        }
    }

    /// <summary>Makes a blocking call on a thread of its own. A result that comes after the caller left is disposed if it can be.</summary>
    /// <param name="call">The call; static, so that nothing is captured.</param>
    /// <param name="state">What it works on.</param>
    /// <param name="changes">Whether it changes something on the server, which decides what its failure leaves in doubt.</param>
    /// <param name="cancellationToken">Stops waiting for a call that changes nothing or has not begun.</param>
    public Task<TResult> RunAsync<TState, TResult>(
        Func<TState, TResult> call, TState state, bool changes, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult>(cancellationToken);
        }

        var operation = new LaneOperation<TState, TResult>(this, call, state, changes, callerBlocks: false);
        operation.CancelWith(cancellationToken);
        Begin(operation, callerBlocks: false);
        return operation.Task;
    }

    /// <summary>
    /// The same for a caller whose thread waits, and which needs no other thread to go on: for calls that change nothing.
    /// </summary>
    public TResult Run<TState, TResult>(Func<TState, TResult> call, TState state)
    {
        var operation = new LaneOperation<TState, TResult>(this, call, state, changes: false, callerBlocks: true);
        Begin(operation, callerBlocks: true);
        return operation.Task.GetAwaiter().GetResult();
    }

    /// <summary>
    /// Has something done, whenever its turn comes, that nobody needs to wait for and that has no deadline, such as closing a file.
    /// </summary>
    /// <returns>Ends when it was done.</returns>
    public Task Post<TState>(Action<TState> call, TState state)
    {
        var operation = new PostedOperation<TState>(this, call, state);
        Begin(operation, callerBlocks: true);
        return operation.Task;
    }

    /// <summary>Closes something, for whose end a caller waits for <see cref="CloseGrace"/> at the most.</summary>
    public Task CloseAsync(IDisposable closed) => Post(static c => c.Dispose(), closed);

    /// <summary>The mount has answered a probe, so that one more call may find out whether all hang.</summary>
    public void NoteAnswer()
    {
        lock (_gate)
        {
            _window.Answered();
        }
    }

    /// <summary>Called by an operation that has run: its place goes to the one that waits longest.</summary>
    /// <returns>That one, which the caller starts; null when none waits.</returns>
    public LaneOperation? End(LaneOperation operation)
    {
        var now = _timeProvider.GetTimestamp();
        LaneOperation? next;
        List<LaneOperation>? others;
        lock (_gate)
        {
            _window.End(hung: operation.List is null);
            operation.List?.Remove(operation);
            next = Move_NeedsLock(now, out others);
        }

        Start(others);
        return next;
    }

    /// <summary>Its deadline begins again.</summary>
    public void Renew(LaneOperation operation)
    {
        var now = _timeProvider.GetTimestamp();
        LaneOperation? next;
        List<LaneOperation>? others;
        lock (_gate)
        {
            operation.Since = now;
            next = Move_NeedsLock(now, out others);
        }

        if (next is not null)
        {
            LaneThreads.Shared.Start(next, callerBlocks: true);
        }

        Start(others);
    }

    /// <summary>Nobody waits for it any more. One that runs keeps its place until it ends, and tells whether the lane hangs.</summary>
    public void Forget(LaneOperation operation)
    {
        lock (_gate)
        {
            if (operation.List == _waiting)
            {
                _waiting.Remove(operation);
            }
        }
    }

    private void Begin(LaneOperation operation, bool callerBlocks)
    {
        operation.Since = _timeProvider.GetTimestamp();
        var isRefused = false;
        lock (_gate)
        {
            if (!_ticking)
            {
                _ticking = true;
                _timer.Change(_period, _period);
            }

            if (!MayRun_NeedsLock())
            {
                if (_hangs && operation.HasDeadline && HasStoodStill(operation.Since))
                {
                    isRefused = true;
                }
                else
                {
                    _waiting.Add(operation);
                    return;
                }
            }
            else
            {
                Take_NeedsLock(operation);
            }
        }

        if (isRefused)
        {
            // Nobody awaits it yet, so that nobody's code runs here.
            operation.GiveUp(_name, _timeout, isAwaited: false);
        }
        else
        {
            LaneThreads.Shared.Start(operation, callerBlocks);
        }
    }

    private static void Start(List<LaneOperation>? operations)
    {
        foreach (var operation in operations ?? [])
        {
            LaneThreads.Shared.Start(operation, callerBlocks: true);
        }
    }

    /// <summary>One has ended or moved on, so that the mount answers: as many begin as may.</summary>
    private LaneOperation? Move_NeedsLock(long now, out List<LaneOperation>? others)
    {
        others = null;
        _lastMove = _lastEnd = now;
        _hangs = false;
        _window.Moved(othersWait: _waiting.First is not null);
        var next = TakeWaiting_NeedsLock(now);
        while (next is not null && TakeWaiting_NeedsLock(now) is { } other)
        {
            (others ??= []).Add(other);
        }

        return next;
    }

    private bool MayRun_NeedsLock() => _hangs ? _window.HasRoomForScout : _window.HasRoom;

    private void Take_NeedsLock(LaneOperation operation)
    {
        _window.Begin();
        _running.Add(operation);
        if (!_hangs)
        {
            _lastMove = operation.Since;
        }
    }

    private LaneOperation? TakeWaiting_NeedsLock(long now)
    {
        if (_waiting.First is not { } next || !MayRun_NeedsLock())
        {
            return null;
        }

        _waiting.Remove(next);
        next.Since = now;
        Take_NeedsLock(next);
        return next;
    }

    private void Look()
    {
        List<LaneOperation>? overdue = null;
        lock (_gate)
        {
            var now = _timeProvider.GetTimestamp();
            TakeOverdue(_running, now, evenPosted: true, ref overdue);
            if (overdue is not null)
            {
                _window.Hang(overdue.Count);

                // When others have ended since one began, then only that one hangs.
                _hangs |= overdue.Exists(o => o.Since >= _lastEnd);
            }

            if (_waiting.First is not null && HasStoodStill(now))
            {
                TakeOverdue(_waiting, now, evenPosted: false, ref overdue);
            }

            if (_running.First is null && _waiting.First is null)
            {
                _ticking = false;
                _timer.Change(System.Threading.Timeout.InfiniteTimeSpan, System.Threading.Timeout.InfiniteTimeSpan);
            }
        }

        foreach (var operation in overdue ?? [])
        {
            operation.GiveUp(_name, _timeout, isAwaited: true);
        }
    }

    private bool HasStoodStill(long now) => _timeProvider.GetElapsedTime(_lastMove, now) >= _timeout;

    private void TakeOverdue(LaneOperationList operations, long now, bool evenPosted, ref List<LaneOperation>? overdue)
    {
        for (var operation = operations.First; operation is not null;)
        {
            var following = operation.Following;
            if ((evenPosted || operation.HasDeadline) && _timeProvider.GetElapsedTime(operation.Since, now) >= _timeout)
            {
                operations.Remove(operation);
                (overdue ??= []).Add(operation);
            }

            operation = following;
        }
    }
}
