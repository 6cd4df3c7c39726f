using System.Diagnostics.CodeAnalysis;

namespace EfsSharding.Nfs.Rpc;

/// <summary>
/// Two threads that take turns at waiting for the records of one connection. The one that got a record lets the other wait, and
/// runs whoever the record is for. While the other is still held up there, they run on the thread pool.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A thread may still be on its way to wait for the handle; it ends with the last of them.")]
internal sealed class ReceiverThreads(RpcConnection connection, RecordReader records)
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _turn = new(initialState: false);
    private bool _oneIsIdle;
    private bool _hasEnded;

    public void Start()
    {
        Start(TakeTurns);
        Start(WaitAndTakeTurns);
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
            if (!WaitForTurn())
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
                if (TryPassTurn())
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
