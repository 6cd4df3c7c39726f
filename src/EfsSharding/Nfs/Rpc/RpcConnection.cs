namespace EfsSharding.Nfs.Rpc;

/// <summary>
/// Any number of calls in flight over one byte stream. Small calls that are ready together leave in one write, and each reply
/// finds its call by transaction id, in whatever order the replies come.
/// </summary>
internal sealed partial class RpcConnection : IAsyncDisposable, IThreadPoolWorkItem
{
    private const int BatchBytes = 64 * 1024;
    private readonly Stream _stream;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, RpcCall> _awaitingReply = [];
    private readonly Queue<RpcCall> _outgoing = [];
    private readonly List<RpcCall> _sent = [];
    private readonly RecordReader _records;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _batch = GC.AllocateUninitializedArray<byte>(BatchBytes);
    private readonly bool _hasOneProcessor;
    private bool _sending;
    private bool _closed;
    private bool _started;
    private int _holder;
    private ReceiverThreads? _threads;

    /// <param name="stream">The bytes.</param>
    /// <param name="maxRecordBytes">The longest record that may arrive.</param>
    /// <param name="hasOneProcessor">The runtime counts one processor: a thread that receives meanwhile would only take turns with the one that runs.</param>
    public RpcConnection(Stream stream, int maxRecordBytes, bool hasOneProcessor = false)
    {
        _hasOneProcessor = hasOneProcessor;
        _stream = stream;
        (stream as TcpStream)?.WaitInThreads();
        _records = new RecordReader(stream, maxRecordBytes);
    }

    /// <summary>Why the connection ended, once it did by itself.</summary>
    public Exception? EndedBy { get; private set; }

    /// <summary>Is told when the connection ends, after each call in flight was.</summary>
    public Action<RpcConnection, Exception>? Lost { get; set; }

    /// <summary>No reply is awaited.</summary>
    public bool AwaitsNothing => AwaitsNothingBut(reader: null);

    /// <summary>No reply is awaited but for some that one reader waits for.</summary>
    public bool AwaitsNothingBut(object? reader)
    {
        lock (_gate)
        {
            return _awaitingReply.Count == 0 || (reader is not null && IsReadBy(reader));
        }
    }

    /// <summary>Begins to take replies.</summary>
    public void Start()
    {
        _started = true;
        if (_stream is TcpStream)
        {
            _threads = new ReceiverThreads(this, _records, _hasOneProcessor);
            _threads.Start();
            return;
        }

        _ = ReceiveAsync(_records.ReadAsync(_closing.Token));
    }

    /// <summary>Takes a call to be sent by <see cref="Flush"/>. False when the connection has ended: the call was not taken and nobody is told.</summary>
    public bool TryEnqueue(RpcCall call)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            call.Hold();
            _awaitingReply[call.Xid] = call;
            _outgoing.Enqueue(call);
            return true;
        }
    }

    /// <summary>Sends what was taken: at once when it is alone or nobody else is ready to run, else a moment later, so that those get into the same write.</summary>
    public void Flush()
    {
        _threads?.OnSent();
        if (_holder == Environment.CurrentManagedThreadId)
        {
            return;
        }

        bool alone;
        lock (_gate)
        {
            if (_sending || _outgoing.Count == 0)
            {
                return;
            }

            _sending = true;
            alone = _awaitingReply.Count == 1;
        }

        if (alone || ThreadPool.PendingWorkItemCount == 0)
        {
            Execute();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>From now on <see cref="Flush"/> leaves what this thread enqueues to <see cref="SendHeld"/>, so that it goes out in one write.</summary>
    public void Hold() => _holder = Environment.CurrentManagedThreadId;

    /// <summary>Ends <see cref="Hold"/> and sends, in this thread.</summary>
    public void SendHeld()
    {
        if (_holder == 0)
        {
            return;
        }

        _holder = 0;
        lock (_gate)
        {
            if (_sending || _outgoing.Count == 0)
            {
                return;
            }

            _sending = true;
        }

        Execute();
    }

    /// <summary>Sends what waits to be sent.</summary>
    public void Execute() => _ = SendAsync();

    /// <summary>Is called every so often while replies are awaited.</summary>
    public void Sweep() => _threads?.Sweep();

    /// <summary>Another thread takes the replies from now on: the one that runs a caller may not come back before it has its own.</summary>
    public void EndLoan() => _threads?.EndLoan();

    /// <summary>Ends the connection, and says why to the calls in flight.</summary>
    public void Abort(Exception reason)
    {
        _refused = reason;
        Abort();
    }

    /// <summary>Ends the connection at once; calls in flight are told.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _closing.Cancel();
        _stream.Dispose();
        _threads?.EndLoan();
    }

    public async ValueTask DisposeAsync()
    {
        Abort();
        if (_started)
        {
            await _ended.Task.ConfigureAwait(false);
        }

        _closing.Dispose();
    }

    private async Task SendAsync()
    {
        try
        {
            while (TakeBatch(out var bytes))
            {
                await _stream.WriteAsync(bytes, _closing.Token).ConfigureAwait(false);
                ReleaseSent();
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The receiving side meets the same end and tells the calls.
            Abort();
            ReleaseSent();
            StopSending();
        }
    }

    private bool IsReadBy(object reader)
    {
        foreach (var call in _awaitingReply.Values)
        {
            if (call.Reader != reader)
            {
                return false;
            }
        }

        return true;
    }

    private bool TakeBatch(out ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            if (_closed || !_outgoing.TryDequeue(out var call))
            {
                _sending = false;
                bytes = default;
                return false;
            }

            _sent.Add(call);
            bytes = call.Record;
            if (bytes.Length > BatchBytes / 2 || _outgoing.Count == 0)
            {
                return true;
            }

            var length = bytes.Length;
            bytes.CopyTo(_batch);
            while (_outgoing.TryPeek(out var next) && next.Record.Length <= BatchBytes - length)
            {
                next.Record.CopyTo(_batch.AsMemory(length));
                length += next.Record.Length;
                _sent.Add(_outgoing.Dequeue());
            }

            bytes = _batch.AsMemory(0, length);
            return true;
        }
    }

    private void ReleaseSent()
    {
        foreach (var call in _sent)
        {
            call.Release();
        }

        _sent.Clear();
    }

    private void StopSending()
    {
        lock (_gate)
        {
            _sending = false;
        }
    }
}
