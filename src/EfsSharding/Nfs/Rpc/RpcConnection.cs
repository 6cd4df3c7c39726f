using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Rpc;

/// <summary>
/// Any number of calls in flight over one byte stream. Small calls that are ready together leave in one write, and each reply
/// finds its call by transaction id, in whatever order the replies come.
/// </summary>
internal sealed class RpcConnection : IAsyncDisposable, IThreadPoolWorkItem
{
    private const int BatchBytes = 64 * 1024;
    private const uint Reply = 1;
    private readonly Stream _stream;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, RpcCall> _awaitingReply = [];
    private readonly Queue<RpcCall> _outgoing = [];
    private readonly List<RpcCall> _sent = [];
    private readonly RecordReader _records;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _batch = GC.AllocateUninitializedArray<byte>(BatchBytes);
    private bool _sending;
    private bool _closed;
    private bool _started;
    private Exception? _malformed;
    private long _received;

    public RpcConnection(Stream stream, int maxRecordBytes)
    {
        _stream = stream;
        _records = new RecordReader(stream, maxRecordBytes);
    }

    /// <summary>How many records have arrived.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Why the connection ended, once it did by itself.</summary>
    public Exception? EndedBy { get; private set; }

    /// <summary>Is told when the connection ends, after each call in flight was.</summary>
    public Action<RpcConnection, Exception>? Lost { get; set; }

    /// <summary>Begins to take replies.</summary>
    public void Start()
    {
        _started = true;
        if (_stream is TcpStream tcp)
        {
            tcp.BlockReads();
            new ReceiverThreads(_records, Receive, End).Start();
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

    /// <summary>Sends what was taken: at once when it is alone, else a moment later, so that other callers that are ready to run get into the same write.</summary>
    public void Flush()
    {
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

        if (alone)
        {
            Execute();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Sends what waits to be sent.</summary>
    public void Execute() => _ = SendAsync();

    /// <summary>Ends the connection at once; calls in flight are told.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _closing.Cancel();
        _stream.Dispose();
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

    /// <summary>
    /// Takes records until the server pauses. Then the wait for the next one goes on by itself, and whoever waits for the last
    /// one runs here: waking another thread for that costs more than a small reply does.
    /// </summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited once, in the call that it is given to.")]
    private async Task ReceiveAsync(ValueTask<RpcRecord> reading)
    {
        while (true)
        {
            RpcRecord record;
            try
            {
                record = await reading.ConfigureAwait(false);
                if (record.IsEmpty)
                {
                    throw new EndOfStreamException("The server closed the connection.");
                }
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
            {
                _records.Dispose();
                End(failure);
                return;
            }

            reading = _records.ReadAsync(_closing.Token);
            if (!reading.IsCompleted)
            {
                _ = ReceiveAsync(reading);
                Receive(record, runsHere: true);
                return;
            }

            Receive(record, runsHere: false);
        }
    }

    private void Receive(RpcRecord record, bool runsHere)
    {
        Interlocked.Increment(ref _received);
        try
        {
            Match(record)?.OnReply(record, runsHere);
        }
        catch (XdrFormatException malformed)
        {
            _malformed = malformed;
            Abort();
        }
    }

    private RpcCall? Match(RpcRecord record)
    {
        var span = record.Span;
        if (span.Length < 8)
        {
            record.Dispose();
            throw new XdrFormatException($"A record of {span.Length} bytes is no RPC message.");
        }

        RpcCall? call = null;
        if (BinaryPrimitives.ReadUInt32BigEndian(span[4..]) == Reply)
        {
            lock (_gate)
            {
                _awaitingReply.Remove(BinaryPrimitives.ReadUInt32BigEndian(span), out call);
            }
        }

        if (call is null)
        {
            // A reply that nobody awaits, or a call to a back channel that was never offered.
            record.Dispose();
        }

        return call;
    }

    private void End(Exception failure)
    {
        var reason = _malformed ?? failure;
        lock (_gate)
        {
            EndedBy = reason;
        }

        Abort();
        RpcCall[] unsent;
        RpcCall[] unanswered;
        lock (_gate)
        {
            unsent = [.. _outgoing];
            unanswered = [.. _awaitingReply.Values];
            _outgoing.Clear();
            _awaitingReply.Clear();
        }

        foreach (var call in unsent)
        {
            call.Release();
        }

        foreach (var call in unanswered)
        {
            call.OnConnectionLost(reason);
        }

        Lost?.Invoke(this, reason);
        _ended.TrySetResult();
    }
}
