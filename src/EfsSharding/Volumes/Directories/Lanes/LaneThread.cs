namespace EfsSharding.Volumes.Directories.Lanes;

/// <summary>
/// One thread of <see cref="LaneThreads"/>: runs an operation, then what awaits it, then the operation that this asked for.
/// </summary>
internal sealed class LaneThread(LaneThreads threads, LaneOperation first) : IDisposable
{
    [ThreadStatic]
    private static LaneThread? s_current;

    private readonly SemaphoreSlim _wake = new(0);
    private LaneOperation? _handed = first;
    private LaneOperation? _next;
    private LaneOperation? _seen;
    private int _stolen;
    private long _continuingSince;

    /// <summary>The one that runs this code; null on other threads.</summary>
    public static LaneThread? Current => s_current;

    public bool HasNext => Volatile.Read(ref _next) is not null;

    /// <summary>Whether it has asked for an operation since it was last looked at.</summary>
    public bool IsInUse { get; private set; }

    public void Start() => new Thread(Run) { IsBackground = true, Name = "EfsSharding lane" }.UnsafeStart();

    public void Hand(LaneOperation operation)
    {
        _handed = operation;
        _wake.Release();
    }

    public LaneOperation? TakeHanded() => Interlocked.Exchange(ref _handed, null);

    public bool Wait(TimeSpan timeout) => _wake.Wait(timeout);

    /// <summary>
    /// Called on this thread: keeps an operation for when the code that asks for it comes to its end, unless that was seen to block.
    /// </summary>
    public bool TryTakeNext(LaneOperation operation)
    {
        if (_stolen != 0 || Volatile.Read(ref _next) is not null)
        {
            return false;
        }

        IsInUse = true;

        // With a fence: the lookout goes to sleep unless it sees this, and is woken unless it is seen awake.
        Interlocked.Exchange(ref _next, operation);
        return true;
    }

    public void BeginContinuation() => Volatile.Write(ref _continuingSince, Environment.TickCount64 | 1);

    /// <returns>False when it went on for so long that it is counted no more.</returns>
    public bool EndContinuation() => Interlocked.Exchange(ref _continuingSince, 0) != 0;

    /// <summary>Counts it no more when it goes on for longer than a time, as code that blocks or never ends does.</summary>
    public bool ForgetContinuation(long milliseconds)
    {
        var since = Volatile.Read(ref _continuingSince);
        return since != 0 && Environment.TickCount64 - since > milliseconds && Interlocked.CompareExchange(ref _continuingSince, 0, since) == since;
    }

    /// <summary>Called by the lookout: the next operation, if it was there already when the lookout came by last.</summary>
    public LaneOperation? TakeOverdueNext()
    {
        IsInUse = false;
        var next = Volatile.Read(ref _next);
        if (next is null || next != _seen)
        {
            _seen = next;
            return null;
        }

        _seen = null;
        if (Interlocked.CompareExchange(ref _next, null, next) != next)
        {
            return null;
        }

        Volatile.Write(ref _stolen, 1);
        return next;
    }

    public void Dispose() => _wake.Dispose();

    private void Run()
    {
        s_current = this;
        var operation = TakeHanded();
        while (operation is not null)
        {
            operation.Execute();
            Volatile.Write(ref _stolen, 0);
            operation = Interlocked.Exchange(ref _next, null) ?? threads.Next(this);
        }

        Dispose();
    }
}
