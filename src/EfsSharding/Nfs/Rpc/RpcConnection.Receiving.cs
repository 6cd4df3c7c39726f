using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Rpc;

/// <content>What comes back: replies find their calls.</content>
internal sealed partial class RpcConnection
{
    private const uint Reply = 1;
    private Exception? _refused;
    private long _received;

    /// <summary>How many records have arrived.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>The call that a record answers. Null when there is none; the record is disposed then.</summary>
    public RpcCall? Match(RpcRecord record)
    {
        Interlocked.Increment(ref _received);
        var span = record.Span;
        RpcCall? call = null;
        if (span.Length < 8)
        {
            Abort(new XdrFormatException($"A record of {span.Length} bytes is no RPC message."));
        }
        else if (BinaryPrimitives.ReadUInt32BigEndian(span[4..]) == Reply)
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

    /// <summary>Gives a reply to its call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="record">The reply; the call owns it from here on.</param>
    /// <param name="runsHere">Whoever waits for the call may run in this thread.</param>
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

    /// <summary>Gives a reply to its call without letting anybody hold up the records behind it.</summary>
    public void DeliverInTurn(RpcCall call, RpcRecord record)
    {
        if (call.ContinuesInTurn)
        {
            Hold();
        }

        Deliver(call, record, call.ContinuesInTurn);
    }

    /// <summary>The stream has ended: tells each call in flight.</summary>
    public void End(Exception failure)
    {
        _records.Dispose();
        var reason = _refused ?? failure;
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

    /// <summary>
    /// Takes records until the server pauses. Then the wait for the next one goes on by itself, and whoever waits for the last
    /// one runs here: waking another thread for that costs more than a small reply does.
    /// </summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited once, in the call that it is given to.")]
    private async Task ReceiveAsync(ValueTask<RpcRecord> reading)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            RpcRecord record;
            try
            {
                // Whoever started this has a reply to deliver yet: the next one must not run before it, on the same stack.
                record = isFirst
                    ? await reading.AsTask().ConfigureAwait(ConfigureAwaitOptions.ForceYielding)
                    : await reading.ConfigureAwait(false);
                if (record.IsEmpty)
                {
                    throw new EndOfStreamException("The server closed the connection.");
                }
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
            {
                End(failure);
                return;
            }

            reading = _records.ReadAsync(_closing.Token);
            var isLast = !reading.IsCompleted;
            if (Match(record) is { } call)
            {
                if (isLast && !call.ContinuesInTurn)
                {
                    SendHeld();
                    _ = ReceiveAsync(reading);
                    Deliver(call, record, runsHere: true);
                    return;
                }

                DeliverInTurn(call, record);
            }

            if (isLast)
            {
                SendHeld();
            }
        }
    }
}
