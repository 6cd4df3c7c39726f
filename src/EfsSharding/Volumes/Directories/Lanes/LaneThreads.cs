using System.Collections.Concurrent;

namespace EfsSharding.Volumes.Directories.Lanes;

/// <summary>
/// The threads that calls which may hang run on, shared by all lanes of the process; never the thread pool, of which a call that hangs
/// would take a part away. Their number is bounded by the lanes, each of which lets a few calls run at once.
/// </summary>
/// <remarks>
/// What awaits a call goes on at once on the thread that made it, so that a caller that awaits one call after the other moves to a thread
/// of
/// the lanes and changes threads no more. That is allowed to as many threads as there are processors; what comes on top goes on on the
/// pool.
/// </remarks>
internal sealed class LaneThreads
{
    /// <summary>How long a call waits for a thread whose caller's code asked for it and may have blocked since.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan IdleLifetime = TimeSpan.FromSeconds(10);
    private const int QuietLooks = 50;
    private const int NotStarted = 0;
    private const int Resting = 1;
    private const int Looking = 2;

    /// <summary>Milliseconds.</summary>
    private const long LongContinuation = 1000;

    private readonly Lock _gate = new();
    private readonly List<LaneThread> _parked = [];
    private readonly ConcurrentDictionary<LaneThread, bool> _all = new();
    private readonly object _lookout = new();
    private int _lookoutState;
    private int _continuing;
    private long _lookedAt;

    public static LaneThreads Shared { get; } = new();

    /// <summary>Threads that there are, idle ones included.</summary>
    public int Count => _all.Count;

    /// <summary>
    /// Has an operation run: by this thread when it is one of these and has come to its end, else by another one at once.
    /// </summary>
    /// <param name="operation">The operation; it has its place in its lane.</param>
    /// <param name="callerBlocks">Whether the caller's thread waits for it, so that it must be another one.</param>
    public void Start(LaneOperation operation, bool callerBlocks)
    {
        if (!callerBlocks && LaneThread.Current?.TryTakeNext(operation) == true)
        {
            WakeLookout();
            return;
        }

        Hand(operation);
    }

    /// <summary>Whether what awaits an operation may go on on this thread, until <see cref="LeaveContinuation"/>.</summary>
    public bool TryEnterContinuation(LaneThread thread)
    {
        if (Interlocked.Increment(ref _continuing) <= Environment.ProcessorCount)
        {
            thread.BeginContinuation();
            return true;
        }

        Interlocked.Decrement(ref _continuing);
        ForgetLongContinuations();
        return false;
    }

    public void LeaveContinuation(LaneThread thread)
    {
        if (thread.EndContinuation())
        {
            Interlocked.Decrement(ref _continuing);
        }
    }

    /// <summary>Waits for the next operation of a thread.</summary>
    /// <returns>Null when the thread was idle for long and ends.</returns>
    public LaneOperation? Next(LaneThread thread)
    {
        lock (_gate)
        {
            _parked.Add(thread);
        }

        if (!thread.Wait(IdleLifetime))
        {
            lock (_gate)
            {
                if (_parked.Remove(thread))
                {
                    _all.TryRemove(thread, out _);
                    return null;
                }
            }

            // It was chosen at the last moment.
            thread.Wait(Timeout.InfiniteTimeSpan);
        }

        return thread.TakeHanded();
    }

    /// <summary>The thread that was idle last is the warmest.</summary>
    private void Hand(LaneOperation operation)
    {
        LaneThread? thread = null;
        lock (_gate)
        {
            if (_parked.Count > 0)
            {
                thread = _parked[^1];
                _parked.RemoveAt(_parked.Count - 1);
            }
        }

        if (thread is not null)
        {
            thread.Hand(operation);
            return;
        }

        thread = new LaneThread(this, operation);
        _all[thread] = true;
        thread.Start();
    }

    /// <summary>Code of a caller that never ends, or blocks, takes its own thread and not the place of others.</summary>
    private void ForgetLongContinuations()
    {
        var now = Environment.TickCount64;
        var looked = Volatile.Read(ref _lookedAt);
        if (now - looked < LongContinuation / 10 || Interlocked.CompareExchange(ref _lookedAt, now, looked) != looked)
        {
            return;
        }

        foreach (var (thread, _) in _all)
        {
            if (thread.ForgetContinuation(LongContinuation))
            {
                Interlocked.Decrement(ref _continuing);
            }
        }
    }

    private void WakeLookout()
    {
        if (Volatile.Read(ref _lookoutState) == Looking)
        {
            return;
        }

        var before = Interlocked.Exchange(ref _lookoutState, Looking);
        if (before == NotStarted)
        {
            new Thread(LookOut) { IsBackground = true, Name = "EfsSharding lookout" }.UnsafeStart();
        }
        else if (before == Resting)
        {
            lock (_lookout)
            {
                Monitor.Pulse(_lookout);
            }
        }
    }

    /// <summary>
    /// A caller's code that goes on on one of the threads may ask for a call there and then block, for example on that very call. What
    /// waits for
    /// such a thread for longer than a moment goes to another one. Nobody looks while nothing is asked for.
    /// </summary>
    private void LookOut()
    {
        var quiet = 0;
        while (true)
        {
            Thread.Sleep(LookInterval);
            var any = false;
            foreach (var (thread, _) in _all)
            {
                any |= thread.IsInUse;
                if (thread.TakeOverdueNext() is { } operation)
                {
                    Hand(operation);
                }
            }

            quiet = any ? 0 : quiet + 1;
            if (quiet == QuietLooks)
            {
                quiet = 0;
                Rest();
            }
        }
    }

    private void Rest()
    {
        lock (_lookout)
        {
            Interlocked.Exchange(ref _lookoutState, Resting);
            if (_all.Keys.Any(t => t.HasNext))
            {
                Volatile.Write(ref _lookoutState, Looking);
                return;
            }

            while (Volatile.Read(ref _lookoutState) == Resting)
            {
                Monitor.Wait(_lookout);
            }
        }
    }
}
