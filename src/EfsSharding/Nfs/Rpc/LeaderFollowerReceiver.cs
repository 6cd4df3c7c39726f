using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace EfsSharding.Nfs.Rpc;

/// <summary>
/// Leader/Followers (Schmidt et al., Pattern-Oriented Software Architecture 2) with two threads that block in receive themselves. The
/// leader receives; with a reply it promotes the follower and runs the caller. While the follower is away, callers run on the thread pool.
/// When no other reply is outstanding, the follower is promoted only once one is: a caller that goes on to its next call costs no change
/// of threads. On one processor the same holds when only parts of one file are outstanding: two threads would only take turns.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A thread may still be on its way to wait for the handle; it ends with the last of them.")]
internal sealed class LeaderFollowerReceiver(RpcConnection connection, RecordReader records, bool hasOneProcessor) : IReplyReceiver
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _promoted = new(initialState: false);

    // Guarded by the gate.
    private LeaderState _state = LeaderState.FollowerIsAway;
    private int _inlineRuns;
    private int _inlineRunsAtLastSweep;
    private bool _runsFileReader;
    private bool _callersHaveBlocked;
    private bool _fileReadersHaveBlocked;

    /// <summary>The leader's thread while it runs a caller, else 0. Written under the gate, read without it.</summary>
    private volatile int _callerThread;

    public void Start()
    {
        Start(Lead);
        Start(FollowThenLead);
    }

    /// <summary>If the leader runs a caller, somebody else must receive: except when the caller itself sent, and will come back to receive.</summary>
    public void OnSent()
    {
        if (_callerThread != 0 && _callerThread != Environment.CurrentManagedThreadId)
        {
            PromoteFollower();
        }
    }

    /// <summary>A caller that has not come back between two sweeps is blocked on a reply itself. It may do so again, so its kind is not run by the leader any more.</summary>
    public void Sweep()
    {
        var isAwaited = !connection.AwaitsNothing;
        lock (_gate)
        {
            if (!isAwaited || _state != LeaderState.LeaderRunsCaller || _inlineRuns != _inlineRunsAtLastSweep)
            {
                _inlineRunsAtLastSweep = _inlineRuns;
                return;
            }

            _callersHaveBlocked |= !_runsFileReader;
            _fileReadersHaveBlocked |= _runsFileReader;
        }

        PromoteFollower();
    }

    public void PromoteFollower()
    {
        lock (_gate)
        {
            if (_state == LeaderState.LeaderRunsCaller)
            {
                _callerThread = 0;
                Promote_NeedsLock();
            }
        }
    }

    private static void Start(ThreadStart run) => new Thread(run) { IsBackground = true, Name = "EfsSharding receiver" }.UnsafeStart();

    private void FollowThenLead()
    {
        if (Follow())
        {
            Lead();
        }
    }

    private void Lead()
    {
        while (Receive() is var (call, record))
        {
            connection.Deliver(call, record, runsHere: true);
            if (!TryResumeLead() && !Follow())
            {
                return;
            }
        }
    }

    /// <summary>Receives records until this thread may run a caller.</summary>
    /// <returns>The last record and its call. Null when the connection has ended.</returns>
    private (RpcCall Call, RpcRecord Record)? Receive()
    {
        while (true)
        {
            RpcRecord record;
            try
            {
                record = Read();
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
            {
                End(failure);
                return null;
            }

            var call = connection.Match(record);
            var isLast = !records.HasRecord;
            if (isLast && call is { ContinuesInTurn: false })
            {
                connection.Uncork();
                if (TryRunCaller(call) || TryPromoteFollower())
                {
                    return (call, record);
                }
            }

            if (call is not null)
            {
                connection.DeliverInTurn(call, record);
            }

            if (isLast)
            {
                connection.Uncork();
            }
        }
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "The stream blocks this thread, so that the read is complete when it returns.")]
    private RpcRecord Read()
    {
        var reading = records.ReadAsync(CancellationToken.None);
        Debug.Assert(reading.IsCompleted, "A blocking stream completes its reads before they return.");
        var record = reading.GetAwaiter().GetResult();
        return record.IsEmpty ? throw new EndOfStreamException("The server closed the connection.") : record;
    }

    /// <returns>Whether this thread may run a caller while nobody receives.</returns>
    private bool TryRunCaller(RpcCall call)
    {
        var fileReader = hasOneProcessor ? call.Reader : null;
        lock (_gate)
        {
            if (_state != LeaderState.FollowerWaits || (fileReader is null ? _callersHaveBlocked : _fileReadersHaveBlocked))
            {
                return false;
            }

            _runsFileReader = fileReader is not null;
            _callerThread = Environment.CurrentManagedThreadId;
            _state = LeaderState.LeaderRunsCaller;
            _inlineRuns++;
        }

        // A sender from now on sees the state, and a call sent before is seen here. The follower may have been promoted by now.
        return connection.AwaitsNothingBut(fileReader) || !TryResumeLead();
    }

    /// <returns>Whether this thread is still the leader.</returns>
    private bool TryResumeLead()
    {
        lock (_gate)
        {
            if (_callerThread != Environment.CurrentManagedThreadId)
            {
                return false;
            }

            Debug.Assert(_state == LeaderState.LeaderRunsCaller, "Only the leader has a caller.");
            _callerThread = 0;
            _state = LeaderState.FollowerWaits;
            return true;
        }
    }

    private bool TryPromoteFollower()
    {
        lock (_gate)
        {
            if (_state != LeaderState.FollowerWaits)
            {
                return false;
            }

            Promote_NeedsLock();
            return true;
        }
    }

    private void Promote_NeedsLock()
    {
        _state = LeaderState.FollowerIsAway;
        _promoted.Set();
    }

    /// <returns>False when the connection has ended; true when this thread is the leader.</returns>
    private bool Follow()
    {
        lock (_gate)
        {
            if (_state == LeaderState.Ended)
            {
                return false;
            }

            Debug.Assert(_state == LeaderState.FollowerIsAway, "There is one follower.");
            _state = LeaderState.FollowerWaits;
        }

        _promoted.WaitOne();
        lock (_gate)
        {
            return _state != LeaderState.Ended;
        }
    }

    private void End(Exception failure)
    {
        lock (_gate)
        {
            _state = LeaderState.Ended;
            _promoted.Set();
        }

        connection.End(failure);
    }
}
