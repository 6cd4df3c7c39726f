using System.Diagnostics.CodeAnalysis;
using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Rpc;

/// <summary>Any number of calls in flight over one byte stream. Each reply finds its call by transaction id, in whatever order the replies come.</summary>
internal sealed class RpcConnection : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly CancellationTokenSource _closing = new();
    private readonly ReplyMatcher _replies = new();
    private readonly RecordReader _records;
    private readonly RpcSender _sender;
    private readonly IReplyReceiver _receiver;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Exception? _abortedBy;
    private bool _started;
    private long _receivedBefore;
    private long _deliveredBefore;

    /// <param name="stream">The bytes.</param>
    /// <param name="maxRecordBytes">The longest record that may arrive.</param>
    /// <param name="hasOneProcessor">The runtime counts one processor: a thread that receives meanwhile would only take turns with the one that runs.</param>
    public RpcConnection(Stream stream, int maxRecordBytes, bool hasOneProcessor = false)
    {
        _stream = stream;
        _records = new RecordReader(stream, maxRecordBytes);
        _sender = new RpcSender(stream, _replies, Abort, _closing.Token);
        if (stream is TcpStream tcp)
        {
            tcp.WaitInThreads();
            _receiver = new LeaderFollowerReceiver(this, _records, hasOneProcessor);
        }
        else
        {
            _receiver = new AsyncReceiver(this, _records, _closing.Token);
        }
    }

    /// <summary>Why the connection ended, once it did by itself.</summary>
    public Exception? EndedBy { get; private set; }

    /// <summary>Runs when the connection has ended, after each call in flight has failed.</summary>
    public Action<RpcConnection, Exception>? Lost { get; set; }

    /// <summary>How many bytes have arrived.</summary>
    public long Received => _records.Received;

    /// <summary>No reply is outstanding.</summary>
    public bool AwaitsNothing => _replies.AwaitsNothingBut(reader: null);

    /// <inheritdoc cref="ReplyMatcher.AwaitsNothingBut"/>
    public bool AwaitsNothingBut(object? reader) => _replies.AwaitsNothingBut(reader);

    /// <summary>Begins to take replies.</summary>
    public void Start()
    {
        _started = true;
        _receiver.Start();
    }

    /// <summary>Takes a call to be sent by <see cref="Flush"/>. False when the connection has ended: the call was not taken, and does not fail.</summary>
    public bool TryEnqueue(RpcCall call) => _sender.TryEnqueue(call);

    /// <inheritdoc cref="RpcSender.Flush"/>
    public void Flush()
    {
        _receiver.OnSent();
        _sender.Flush();
    }

    /// <inheritdoc cref="RpcSender.Cork"/>
    public void Cork() => _sender.Cork();

    /// <inheritdoc cref="RpcSender.Uncork"/>
    public void Uncork() => _sender.Uncork();

    /// <summary>Looks after the receiver (<see cref="IReplyReceiver.Sweep"/>), and at what has come and gone since the last time.</summary>
    public WireProgress Sweep()
    {
        _receiver.Sweep();
        var received = Received;
        var arriving = received != _receivedBefore && _records.Arriving is { } xid ? _replies.Find(xid) : null;
        _receivedBefore = received;
        var deliveredBefore = _deliveredBefore;
        _deliveredBefore = (_stream as IWire)?.Delivered ?? 0;
        return new WireProgress(arriving, _deliveredBefore > deliveredBefore ? deliveredBefore : long.MaxValue);
    }

    /// <inheritdoc cref="IReplyReceiver.PromoteFollower"/>
    public void PromoteFollower() => _receiver.PromoteFollower();

    /// <summary>The call that a record answers. Null when there is none; the record is disposed then.</summary>
    public RpcCall? Match(RpcRecord record)
    {
        RpcCall? call = null;
        try
        {
            call = _replies.Take(record.Span);
        }
        catch (XdrFormatException noMessage)
        {
            Abort(noMessage);
        }

        if (call is null)
        {
            record.Dispose();
        }

        return call;
    }

    /// <summary>Gives a reply to its call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="record">The reply; the call owns it from here on.</param>
    /// <param name="runsHere">The caller that waits for the call may run in this thread.</param>
    [SuppressMessage("Design", "CA1031", Justification = "What a reply can bring about ends this connection, and says so there; it must not end the process.")]
    public void Deliver(RpcCall call, RpcRecord record, bool runsHere)
    {
        try
        {
            call.OnReply(record, runsHere);
        }
        catch (Exception failure)
        {
            Abort(failure);
        }
    }

    /// <summary>Gives a reply to its call without letting its caller hold up the records behind it.</summary>
    public void DeliverInTurn(RpcCall call, RpcRecord record)
    {
        if (call.ContinuesInTurn)
        {
            Cork();
        }

        Deliver(call, record, call.ContinuesInTurn);
    }

    /// <summary>The stream has ended: fails each call in flight.</summary>
    public void End(Exception failure)
    {
        _records.Dispose();
        var reason = _abortedBy ?? failure;
        EndedBy = reason;
        Abort();
        _sender.ReleaseUnsent();
        foreach (var call in _replies.TakeAll())
        {
            call.OnConnectionLost(reason);
        }

        Lost?.Invoke(this, reason);
        _ended.TrySetResult();
    }

    /// <summary>Ends the connection, and fails the calls in flight for a reason.</summary>
    public void Abort(Exception reason)
    {
        _abortedBy = reason;
        Abort();
    }

    /// <summary>Ends the connection at once; the calls in flight fail.</summary>
    public void Abort()
    {
        _sender.Close();
        _closing.Cancel();
        _stream.Dispose();
        _receiver.PromoteFollower();
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
}
