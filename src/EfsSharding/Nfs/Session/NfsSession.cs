using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Xdr;
using EfsSharding.Storage;

namespace EfsSharding.Nfs.Session;

/// <summary>
/// A session and the connection that carries it. A lost connection is made anew and each call in flight is sent again in its
/// slot, with the same sequence and bytes, so that the server carries it out once. What nobody waits for any more is not sent
/// again: a SEQUENCE alone takes its place.
/// </summary>
internal sealed class NfsSession
{
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);
    private readonly INfsSessionOwner _owner;
    private readonly Lock _gate = new();
    private readonly HashSet<CompoundCall> _busy = [];
    private readonly SlotTable _slots;
    private RpcConnection? _connection;
    private string? _ended;
    private bool _reconnecting;
    private long _disconnectedAt;
    private long _renewedAt;

    public NfsSession(INfsSessionOwner owner, SessionId id, ulong clientId, ChannelAttributes limits, RpcConnection connection)
    {
        _owner = owner;
        _connection = connection;
        _renewedAt = owner.Time.GetTimestamp();
        Id = id;
        ClientId = clientId;
        Limits = limits;
        _slots = new SlotTable(limits.MaxRequests, slot => new CompoundCall(this, slot, owner.CallHeader));
        connection.Lost = OnConnectionLost;
    }

    public SessionId Id { get; }

    public ulong ClientId { get; }

    public ChannelAttributes Limits { get; }

    /// <summary>What one READ may ask for and one WRITE may carry.</summary>
    public TransferLimits Transfer { get; set; } = new(4096, 4096, TimeSpan.FromSeconds(60));

    public uint HighestSlot => _slots.Highest;

    public bool HasEnded => Volatile.Read(ref _ended) is not null;

    /// <summary>Requests in flight.</summary>
    public int Busy => _busy.Count;

    public bool HasWork => _busy.Count > 0 || _slots.HasWaiters;

    /// <summary>How long ago the server renewed the lease.</summary>
    public TimeSpan SinceRenewed => _owner.Time.GetElapsedTime(Volatile.Read(ref _renewedAt));

    public uint NextXid() => _owner.NextXid();

    public ValueTask<CompoundCall> AcquireAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        var acquired = _slots.AcquireAsync(deadline, cancellationToken);
        if (!acquired.IsCompleted)
        {
            _owner.OnBusy();
        }

        return acquired;
    }

    internal void Send(CompoundCall call)
    {
        RpcConnection? connection;
        lock (_gate)
        {
            if (_ended is not null)
            {
                throw new SessionLostException(_ended, mayHaveExecuted: false);
            }

            call.State = CallState.InFlight;
            call.Hold();
            _busy.Add(call);
            connection = Transmit(call);
        }

        connection?.Flush();
        _owner.OnBusy();
    }

    internal void OnReply(CompoundCall call, RpcRecord reply)
    {
        var kept = false;
        try
        {
            var xid = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(reply.Span);
            lock (_gate)
            {
                if (xid != call.Xid || call.State is not (CallState.InFlight or CallState.Abandoned))
                {
                    return;
                }
            }

            var results = CompoundCall.Open(reply);
            if (results.IsEmpty)
            {
                throw new RpcException("The server refused the compound as a whole. It may not speak NFSv4.1.");
            }

            if (results.Next(NfsOpcode.Sequence))
            {
                var sequence = SequenceResult.Read(ref results.Body);
                kept = results.IsUncachedRetry ? OnUncachedRetry(call, sequence) : OnSequenced(call, sequence, reply);
            }
            else
            {
                OnSequenceError(call, results.Status);
            }
        }
        catch (RpcException refused)
        {
            Finish(call, used: false, new TargetFaultException(refused.Message, mayTakeEffect: false, refused));
        }
        finally
        {
            if (!kept)
            {
                reply.Dispose();
            }
        }
    }

    /// <summary>The caller of a request in flight goes away.</summary>
    internal void Abandon(CompoundCall call, Exception? reason)
    {
        bool settled;
        lock (_gate)
        {
            if (call.State != CallState.InFlight)
            {
                return;
            }

            reason ??= TimedOut(call);
            settled = call.Transmissions == 0;
            call.State = settled ? CallState.Idle : CallState.Abandoned;
            if (settled)
            {
                _busy.Remove(call);
            }
        }

        call.Fail(reason);
        if (settled)
        {
            call.Release();
        }
    }

    internal void OnReleased(CompoundCall call)
    {
        if (HasEnded)
        {
            call.DisposeBuffers();
            return;
        }

        call.State = CallState.Idle;
        _slots.Return(call);
    }

    /// <summary>Gives up what is over its deadline and sends again what the server asked to be sent later.</summary>
    public void Sweep()
    {
        List<CompoundCall>? late = null;
        RpcConnection? silent = null;
        RpcConnection? resent = null;
        var now = _owner.Time.GetTimestamp();
        lock (_gate)
        {
            var lost = _connection is null && _owner.Time.GetElapsedTime(_disconnectedAt, now) > _owner.ReconnectTimeout;
            foreach (var call in _busy)
            {
                if (call.State == CallState.InFlight && (lost || now >= call.Deadline.Timestamp))
                {
                    (late ??= []).Add(call);
                    if (_connection is { } connection && call.Transmissions > 0 && connection.LastReceived < call.SentAt)
                    {
                        silent = connection;
                    }
                }
                else if (now >= call.ResendAt)
                {
                    resent = Transmit(call) ?? resent;
                }
            }
        }

        resent?.Flush();
        foreach (var call in late ?? [])
        {
            Abandon(call, null);
        }

        // Not a byte came within the whole deadline of a call: what was a server is a black hole now.
        silent?.Abort();
        _slots.Sweep();
    }

    /// <summary>Ends the session here; calls in flight are told to look for themselves what happened.</summary>
    public void End(string reason, bool stateLost = false, CompoundCall? notExecuted = null)
    {
        CompoundCall[] busy;
        RpcConnection? connection;
        lock (_gate)
        {
            if (_ended is not null)
            {
                return;
            }

            Volatile.Write(ref _ended, reason);
            busy = [.. _busy];
            _busy.Clear();
            (connection, _connection) = (_connection, null);
        }

        connection?.Abort();
        _slots.Close(new SessionLostException(reason, mayHaveExecuted: false));
        _owner.OnEnded(this, reason, stateLost);
        foreach (var call in busy)
        {
            var waited = call.State == CallState.InFlight;
            var mayHaveExecuted = call.Transmissions > (call == notExecuted ? 1 : 0);
            call.State = CallState.Lost;
            if (waited)
            {
                call.Fail(new SessionLostException(reason, mayHaveExecuted));
            }

            call.Settlement?.TrySetResult();
            call.Release();
        }
    }

    /// <summary>Tells the server that the session and its client are not needed any more.</summary>
    public async Task LeaveAsync(SessionEstablisher establisher, CancellationToken cancellationToken)
    {
        if (_connection is { } connection)
        {
            await establisher.DestroyAsync(connection, Id, cancellationToken).ConfigureAwait(false);
            await establisher.DestroyClientAsync(connection, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TargetFaultException TimedOut(CompoundCall call)
    {
        var mayTakeEffect = call.Changes && call.Transmissions > 0;
        if (mayTakeEffect)
        {
            call.Settlement = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        var seconds = call.Deadline.Allowed.TotalSeconds;
        return new TargetFaultException($"The NFS server did not answer within {seconds:0.###} s, or could not be connected to again.", mayTakeEffect)
        {
            Settled = call.Settlement?.Task ?? Task.CompletedTask,
        };
    }

    private RpcConnection? Transmit(CompoundCall call)
    {
        call.ResendAt = long.MaxValue;
        call.SentAt = _owner.Time.GetTimestamp();
        if (_connection is { } connection && connection.TryEnqueue(call))
        {
            call.Transmissions++;
            return connection;
        }

        Reconnect();
        return null;
    }

    private bool OnSequenced(CompoundCall call, in SequenceResult sequence, RpcRecord reply)
    {
        Check(call, sequence);

        Volatile.Write(ref _renewedAt, _owner.Time.GetTimestamp());
        var kept = Finish(call, used: true, reply);
        if ((sequence.Flags & SequenceFlags.StateLost) != SequenceFlags.None)
        {
            End($"the server says that state was lost ({sequence.Flags & SequenceFlags.StateLost})", stateLost: true);
        }

        return kept;
    }

    /// <summary>The server carried the request out once, and kept no reply for the second time it came (RFC 8881 §2.10.6.1.3.1).</summary>
    private bool OnUncachedRetry(CompoundCall call, in SequenceResult sequence)
    {
        Check(call, sequence);
        Finish(call, used: true, new SessionLostException("the server carried a compound out and no longer has its reply", mayHaveExecuted: true));
        return false;
    }

    private void Check(CompoundCall call, in SequenceResult sequence)
    {
        if (sequence.Session != Id || sequence.Slot != call.Slot || sequence.Sequence != call.Sequence)
        {
            throw new XdrFormatException($"The reply to slot {call.Slot}, sequence {call.Sequence} is marked slot {sequence.Slot}, sequence {sequence.Sequence}.");
        }
    }

    private void OnSequenceError(CompoundCall call, NfsStatus status)
    {
        switch (status)
        {
            case NfsStatus.Delay:
                lock (_gate)
                {
                    var delay = TimeSpan.FromTicks(Math.Min(ShortestDelay.Ticks << Math.Min(call.Transmissions, 8), LongestDelay.Ticks));
                    call.ResendAt = _owner.Time.GetTimestamp() + (long)(delay.TotalSeconds * _owner.Time.TimestampFrequency);
                }

                break;
            case NfsStatus.RetryUncachedRep:
            case NfsStatus.SeqFalseRetry when call.State == CallState.Abandoned:
                Finish(call, used: true, new SessionLostException("the server carried a compound out and no longer has its reply", mayHaveExecuted: true));
                break;
            case NfsStatus.ReqTooBig or NfsStatus.RepTooBig or NfsStatus.RepTooBigToCache or NfsStatus.TooManyOps:
                Finish(call, used: false, new NfsException(status, NfsOpcode.Sequence));
                break;
            default:
                End($"the server answered {status} to SEQUENCE", stateLost: false, notExecuted: call);
                break;
        }
    }

    private bool Finish(CompoundCall call, bool used, RpcRecord reply)
    {
        if (!TakeOut(call, used, out var waited))
        {
            return false;
        }

        if (waited)
        {
            call.Complete(reply);
        }

        call.Release();
        return waited;
    }

    private void Finish(CompoundCall call, bool used, Exception failure)
    {
        if (TakeOut(call, used, out var waited))
        {
            if (waited)
            {
                call.Fail(failure);
            }

            call.Release();
        }
    }

    private bool TakeOut(CompoundCall call, bool used, out bool waited)
    {
        TaskCompletionSource? settlement;
        lock (_gate)
        {
            waited = call.State == CallState.InFlight;
            if (!_busy.Remove(call))
            {
                return false;
            }

            call.State = CallState.Replied;
            call.Sequence += used ? 1u : 0u;
            settlement = call.Settlement;
        }

        settlement?.TrySetResult();
        return true;
    }

    private void OnConnectionLost(RpcConnection connection, Exception reason)
    {
        lock (_gate)
        {
            if (_connection != connection)
            {
                return;
            }

            _connection = null;
            _disconnectedAt = _owner.Time.GetTimestamp();
            if (_busy.Any(call => call.State == CallState.InFlight))
            {
                Reconnect();
            }
        }

        _owner.OnConnectionLost(reason);
    }

    private void Reconnect()
    {
        if (!_reconnecting)
        {
            _reconnecting = true;
            _disconnectedAt = _owner.Time.GetTimestamp();
            _connection = null;
            _ = Task.Run(ReconnectAsync);
        }
    }

    private async Task ReconnectAsync()
    {
        var delay = ShortestDelay;
        while (true)
        {
            lock (_gate)
            {
                if (_ended is not null || !_busy.Any(call => call.State == CallState.InFlight))
                {
                    _reconnecting = false;
                    return;
                }
            }

            try
            {
                Resume(await _owner.ConnectAsync().ConfigureAwait(false));
                return;
            }
            catch (IOException)
            {
                await Task.Delay(delay, _owner.Time).ConfigureAwait(false);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
    }

    private void Resume(RpcConnection connection)
    {
        var resent = 0;
        lock (_gate)
        {
            _reconnecting = false;
            if (_ended is not null)
            {
                connection.Abort();
                return;
            }

            _connection = connection;
            foreach (var call in _busy)
            {
                if (call.State == CallState.Abandoned)
                {
                    call.ReplaceWithProbe();
                }

                Transmit(call);
                resent++;
            }
        }

        connection.Lost = OnConnectionLost;
        connection.Start();
        connection.Flush();
        _owner.OnReconnected(resent);
    }
}
