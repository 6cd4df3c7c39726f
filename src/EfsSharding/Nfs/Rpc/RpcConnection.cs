using System.Buffers.Binary;
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
    private readonly int _maxRecordBytes;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, RpcCall> _awaitingReply = [];
    private readonly Queue<RpcCall> _outgoing = [];
    private readonly List<RpcCall> _sent = [];
    private readonly byte[] _batch = GC.AllocateUninitializedArray<byte>(BatchBytes);
    private bool _sending;
    private bool _closed;
    private Task _receiving = Task.CompletedTask;
    private long _lastReceived;

    public RpcConnection(Stream stream, int maxRecordBytes, TimeProvider time)
    {
        _stream = stream;
        _maxRecordBytes = maxRecordBytes;
        _time = time;
        _lastReceived = time.GetTimestamp();
    }

    /// <summary>When the last record arrived, a timestamp of the time provider.</summary>
    public long LastReceived => Volatile.Read(ref _lastReceived);

    /// <summary>Is told when the connection ends, after each call in flight was.</summary>
    public Action<RpcConnection, Exception>? Lost { get; set; }

    /// <summary>Begins to take replies.</summary>
    public void Start() => _receiving = ReceiveAsync();

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
        await _receiving.ConfigureAwait(false);
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

    private async Task ReceiveAsync()
    {
        Exception reason;
        using (var records = new RecordReader(_stream, _maxRecordBytes))
        {
            try
            {
                while (true)
                {
                    var record = await records.ReadAsync(_closing.Token).ConfigureAwait(false);
                    if (record.IsEmpty)
                    {
                        reason = new EndOfStreamException("The server closed the connection.");
                        break;
                    }

                    Volatile.Write(ref _lastReceived, _time.GetTimestamp());
                    Dispatch(record);
                }
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
            {
                reason = failure;
            }
        }

        End(reason);
        Lost?.Invoke(this, reason);
    }

    private void Dispatch(RpcRecord record)
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
            return;
        }

        call.OnReply(record);
    }

    private void End(Exception reason)
    {
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
    }
}
