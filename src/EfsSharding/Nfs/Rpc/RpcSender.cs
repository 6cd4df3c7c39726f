namespace EfsSharding.Nfs.Rpc;

/// <summary>Sends calls over a stream. Small calls that are ready together leave in one write.</summary>
internal sealed class RpcSender(Stream stream, ReplyMatcher replies, Action abort, CancellationToken closing) : IThreadPoolWorkItem
{
    private const int BatchBytes = 64 * 1024;
    private readonly Lock _gate = new();
    private readonly byte[] _batch = GC.AllocateUninitializedArray<byte>(BatchBytes);

    // Guarded by the gate.
    private readonly Queue<RpcCall> _outgoing = [];
    private bool _sending;
    private bool _closed;

    /// <summary>The calls of the write under way: of the thread that sends.</summary>
    private readonly List<RpcCall> _sent = [];
    private int _corkedBy;

    /// <summary>Takes a call for the next <see cref="Flush"/>. False after <see cref="Close"/>: the call was not taken.</summary>
    public bool TryEnqueue(RpcCall call)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            call.AddReference();
            call.SentUpTo = long.MaxValue;
            replies.Add(call);
            _outgoing.Enqueue(call);
            return true;
        }
    }

    /// <summary>Sends what was taken: at once when it is alone or nobody else is ready to run, else a moment later, so that those get into the same write.</summary>
    public void Flush()
    {
        if (_corkedBy == Environment.CurrentManagedThreadId || !TryBeginSending())
        {
            return;
        }

        if (replies.HasOne || ThreadPool.PendingWorkItemCount == 0)
        {
            Execute();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>From now on <see cref="Flush"/> leaves what this thread enqueues to <see cref="Uncork"/>, so that it goes out in one write.</summary>
    public void Cork() => _corkedBy = Environment.CurrentManagedThreadId;

    /// <summary>Ends <see cref="Cork"/> and sends, in this thread.</summary>
    public void Uncork()
    {
        if (_corkedBy == 0)
        {
            return;
        }

        _corkedBy = 0;
        if (TryBeginSending())
        {
            Execute();
        }
    }

    /// <summary>Sends what waits to be sent.</summary>
    public void Execute() => _ = SendAsync();

    /// <summary>Takes no more calls.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }

    /// <summary>Drops the calls that were not sent.</summary>
    public void ReleaseUnsent()
    {
        RpcCall[] unsent;
        lock (_gate)
        {
            unsent = [.. _outgoing];
            _outgoing.Clear();
        }

        foreach (var call in unsent)
        {
            call.Release();
        }
    }

    private bool TryBeginSending()
    {
        lock (_gate)
        {
            return !_sending && _outgoing.Count > 0 && (_sending = true);
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (TakeBatch(out var bytes))
            {
                await stream.WriteAsync(bytes, closing).ConfigureAwait(false);
                ReleaseSent();
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The receiver meets the same end and fails the calls.
            abort();
            ReleaseSent();
            lock (_gate)
            {
                _sending = false;
            }
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
        var sentUpTo = (stream as IWire)?.Written ?? 0;
        foreach (var call in _sent)
        {
            call.SentUpTo = sentUpTo;
            call.Release();
        }

        _sent.Clear();
    }
}
