using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Session;

/// <summary>
/// A session and the connection that carries it. A lost connection is re-established and each call in flight is sent again in its
/// slot, with the same sequence and bytes, so that the server carries it out once. What nobody waits for any more is not sent
/// again: a SEQUENCE alone takes its place.
/// </summary>
internal sealed partial class NfsSession
{
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);
    private readonly INfsSessionOwner _owner;
    private readonly Lock _gate = new();
    private readonly SlotTable _slots;

    // Guarded by the gate.
    private readonly HashSet<CompoundCall> _busy = [];
    private RpcConnection? _connection;
    private string? _ended;
    private bool _reconnecting;
    private long _disconnectedAt;

    private long _renewedAt;
    private bool _renewed;

    /// <summary>When the oldest of the requests was sent that were answered since the last <see cref="Sweep"/>.</summary>
    private long _oldestAnswered = long.MaxValue;

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

    /// <summary>How long ago the server renewed the lease, as far as was known at the last <see cref="Sweep"/>.</summary>
    public TimeSpan SinceRenewed => _owner.Time.GetElapsedTime(_renewedAt);

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
            call.AddReference();
            _busy.Add(call);
            connection = Transmit_NeedsLock(call);
        }

        connection?.Flush();
        _owner.OnSlotsTaken(1);
        _owner.OnBusy();
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
            _owner.OnSlotsTaken(-1);
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
        var progress = _connection?.Sweep() ?? new WireProgress(null, long.MaxValue);
        RpcConnection? resent = null;
        var now = _owner.Time.GetTimestamp();
        if (Volatile.Read(ref _renewed))
        {
            Volatile.Write(ref _renewed, false);
            _renewedAt = now;
        }

        lock (_gate)
        {
            var lost = _connection is null && _owner.Time.GetElapsedTime(_disconnectedAt, now) > _owner.ReconnectTimeout;
            var answered = Interlocked.Exchange(ref _oldestAnswered, long.MaxValue);
            foreach (var call in _busy)
            {
                if (answered < call.SentAt || IsOnItsWay(call, progress))
                {
                    call.Deadline = call.Deadline.Renewed();
                }

                if (call.State == CallState.InFlight && (lost || now >= call.Deadline.Timestamp))
                {
                    (late ??= []).Add(call);
                    if (_connection is { } connection && call.Transmissions > 0 && connection.Received == call.ReceivedBefore)
                    {
                        silent = connection;
                    }
                }
                else if (now >= call.ResendAt)
                {
                    resent = Transmit_NeedsLock(call) ?? resent;
                }
            }
        }

        resent?.Flush();
        foreach (var call in late ?? [])
        {
            Abandon(call, null);
        }

        // Not a byte came within the whole deadline of a call: what was a server is a black hole now.
        silent?.Abort(new IOException("Nothing has come from the server for as long as an operation may take."));
        _slots.Sweep();
    }

    /// <summary>Ends the session here; calls in flight fail, and their callers must check whether they took effect.</summary>
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
        _owner.OnSlotsTaken(-busy.Length);
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

    /// <summary>More of its request has gone, or of its reply come, or of the reply to one that was sent before it.</summary>
    private static bool IsOnItsWay(CompoundCall call, WireProgress progress) =>
        progress.HasDelivered(call) || (progress.Arriving is CompoundCall arriving && arriving.SentAt <= call.SentAt);

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
}
