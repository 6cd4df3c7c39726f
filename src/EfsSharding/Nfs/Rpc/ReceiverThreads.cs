using System.Diagnostics.CodeAnalysis;

namespace EfsSharding.Nfs.Rpc;

/// <summary>
/// Two threads that take turns at waiting for the records of one connection. The one that got a record lets the other wait, and
/// runs whoever the record is for. While the other is still held up there, they run on the thread pool. When no other reply is
/// awaited, the other is woken only once one is: a caller that goes on to its next call costs no change of threads then. Where
/// there is one processor the same holds when nobody but that caller waits, for further parts of its file: the other would only
/// take turns with it.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A thread may still be on its way to wait for the handle; it ends with the last of them.")]
internal sealed class ReceiverThreads(RpcConnection connection, RecordReader records, bool hasOneProcessor)
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _turn = new(initialState: false);
    private bool _oneIsIdle;
    private bool _hasEnded;
    private volatile int _borrower;
    private int _loans;
    private int _loansBefore;
    private bool _isLentToReader;
    private bool _isWary;
    private bool _isWaryOfReaders;

    public void Start()
    {
        Start(TakeTurns);
        Start(WaitAndTakeTurns);
    }

    /// <summary>A call was sent: somebody must wait for its reply. The thread that sent it, if it runs a caller here, comes back to that.</summary>
    public void OnSent()
    {
        if (_borrower != 0 && _borrower != Environment.CurrentManagedThreadId)
        {
            EndLoan();
        }
    }

    /// <summary>Is called every so often while replies are awaited: a caller that has not come back by the second time is waiting for one itself, and may do so again.</summary>
    public void Sweep()
    {
        var waits = !connection.AwaitsNothing;
        lock (_gate)
        {
            if (!waits || _borrower == 0 || _loans != _loansBefore)
            {
                _loansBefore = _loans;
                return;
            }

            _isWary |= !_isLentToReader;
            _isWaryOfReaders |= _isLentToReader;
        }

        EndLoan();
    }

    /// <summary>The other thread waits from now on, if a caller has this one.</summary>
    public void EndLoan()
    {
        lock (_gate)
        {
            if (_borrower != 0)
            {
                _borrower = 0;
                _oneIsIdle = false;
                _turn.Set();
            }
        }
    }

    private static void Start(ThreadStart run) => new Thread(run) { IsBackground = true, Name = "EfsSharding receiver" }.UnsafeStart();

    private void WaitAndTakeTurns()
    {
        if (WaitForTurn())
        {
            TakeTurns();
        }
    }

    private void TakeTurns()
    {
        while (TakeTurn() is var (call, record))
        {
            connection.Deliver(call, record, runsHere: true);
            if (!TryTakeBack() && !WaitForTurn())
            {
                return;
            }
        }
    }

    /// <summary>Takes records until the other thread can go on with that.</summary>
    /// <returns>The last record and its call. Null when the connection has ended.</returns>
    private (RpcCall Call, RpcRecord Record)? TakeTurn()
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
                connection.SendHeld();
                if (TryLend(call) || TryPassTurn())
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
                connection.SendHeld();
            }
        }
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "The stream waits in this thread, so that there is nothing to wait for.")]
    private RpcRecord Read()
    {
        var record = records.ReadAsync(CancellationToken.None).GetAwaiter().GetResult();
        return record.IsEmpty ? throw new EndOfStreamException("The server closed the connection.") : record;
    }

    /// <returns>Whether this thread may run a caller, and the other waits until it is needed.</returns>
    private bool TryLend(RpcCall call)
    {
        var reader = hasOneProcessor ? call.Reader : null;
        lock (_gate)
        {
            if (!_oneIsIdle || (reader is null ? _isWary : _isWaryOfReaders))
            {
                return false;
            }

            _isLentToReader = reader is not null;
            _borrower = Environment.CurrentManagedThreadId;
            _loans++;
        }

        // Whoever sends from now on sees the loan, and whoever sent before is seen here. The turn may be with the other by now.
        return connection.AwaitsNothingBut(reader) || !TryTakeBack();
    }

    private bool TryTakeBack()
    {
        lock (_gate)
        {
            var isMine = _borrower == Environment.CurrentManagedThreadId;
            _borrower = isMine ? 0 : _borrower;
            return isMine;
        }
    }

    private bool TryPassTurn()
    {
        lock (_gate)
        {
            if (!_oneIsIdle)
            {
                return false;
            }

            _oneIsIdle = false;
            _turn.Set();
            return true;
        }
    }

    private bool WaitForTurn()
    {
        lock (_gate)
        {
            if (_hasEnded)
            {
                return false;
            }

            _oneIsIdle = true;
        }

        _turn.WaitOne();
        lock (_gate)
        {
            return !_hasEnded;
        }
    }

    private void End(Exception failure)
    {
        lock (_gate)
        {
            _hasEnded = true;
            _turn.Set();
        }

        connection.End(failure);
    }
}
