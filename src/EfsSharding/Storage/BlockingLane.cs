namespace EfsSharding.Storage;

/// <summary>
/// Runs one volume's blocking calls. A call that hangs in the kernel cannot be stopped, only left: its caller gets a
/// <see cref="TargetFaultException"/> at the deadline, and it keeps one thread that nobody else needs.
/// </summary>
/// <remarks>
/// One operation at a time runs on the thread pool, which is the fastest for a caller that awaits one after the other. All further
/// ones run on threads of the volume's own, so that a volume that hangs takes one pool thread and never the pool.
/// </remarks>
internal sealed class BlockingLane : IDisposable
{
    private static readonly TimeSpan IdleThreadLifetime = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Queue<LaneOperation> _waiting = new();
    private readonly LaneDeadlines _deadlines;
    private readonly SemaphoreSlim _work = new(0);
    private readonly string _name;
    private readonly int _maxThreads;
    private bool _poolBusy;
    private int _threads;
    private int _idleThreads;
    private bool _disposed;

    /// <param name="name">Names the threads and the volume in errors.</param>
    /// <param name="maxConcurrency">Operations that run at once; at least 1.</param>
    /// <param name="timeout">How long one operation may take, its wait for its turn included.</param>
    /// <param name="timeProvider">The clock of the deadlines.</param>
    public BlockingLane(string name, int maxConcurrency, TimeSpan timeout, TimeProvider timeProvider)
    {
        _name = name;
        _maxThreads = maxConcurrency - 1;
        _deadlines = new LaneDeadlines(name, timeout, timeProvider);
    }

    /// <summary>Runs a blocking call. A result that comes after the caller left is disposed if it can be.</summary>
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

        LaneOperation<TState, TResult> operation;
        bool onPool;
        lock (_gate)
        {
            if (_disposed)
            {
                return Task.FromException<TResult>(new TargetFaultException($"{_name} was closed.", mayTakeEffect: false));
            }

            onPool = !_poolBusy;
            operation = new LaneOperation<TState, TResult>(this, call, state, changes, onPool);
            _deadlines.Add(operation);
            _poolBusy = true;
        }

        operation.CancelWith(cancellationToken);
        if (onPool)
        {
            ThreadPool.UnsafeQueueUserWorkItem(operation, preferLocal: true);
        }
        else
        {
            RunOnOwnThread(operation);
        }

        return operation.Task;
    }

    /// <summary>Called by an operation that has run on the pool: hands its place to one that waits.</summary>
    public void LeavePool()
    {
        LaneOperation? next;
        lock (_gate)
        {
            _poolBusy = _waiting.TryDequeue(out next);
            if (next is not null)
            {
                next.IsOnPool = true;
            }
        }

        if (next is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: false);
        }
    }

    public void Forget(LaneOperation operation) => _deadlines.Remove(operation);

    /// <summary>Lets the threads go when they have nothing left to do. Operations under way end by themselves.</summary>
    public void Dispose()
    {
        int threads;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            threads = _threads;
        }

        _work.Release(threads + 1);
        _deadlines.Dispose();
    }

    private void RunOnOwnThread(LaneOperation operation)
    {
        var threadIsMissing = false;
        bool poolWasFree;
        lock (_gate)
        {
            poolWasFree = !_poolBusy;
            if (_poolBusy)
            {
                _waiting.Enqueue(operation);
                threadIsMissing = _idleThreads < _waiting.Count && _threads < _maxThreads;
                _threads += threadIsMissing ? 1 : 0;
            }
            else
            {
                // Whoever held the place on the pool has left it meanwhile.
                _poolBusy = operation.IsOnPool = true;
            }
        }

        if (poolWasFree)
        {
            ThreadPool.UnsafeQueueUserWorkItem(operation, preferLocal: false);
            return;
        }

        if (_maxThreads > 0)
        {
            _work.Release();
        }

        if (threadIsMissing)
        {
            new Thread(RunThread) { IsBackground = true, Name = $"EfsSharding {_name}" }.UnsafeStart();
        }
    }

    private void RunThread()
    {
        while (true)
        {
            lock (_gate)
            {
                _idleThreads++;
            }

            var woken = _work.Wait(IdleThreadLifetime);
            LaneOperation? operation;
            lock (_gate)
            {
                _idleThreads--;
                if (!_waiting.TryDequeue(out operation) && (!woken || _disposed))
                {
                    _threads--;
                    return;
                }
            }

            operation?.Execute();
        }
    }
}
