using System.Threading.Tasks.Sources;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Session;

/// <summary>
/// A slot of a session and the request that it carries. A caller acquires it, adds operations, sends, takes the results and
/// disposes it; the slot is free for the next when the server has answered, whether or not the caller waited for that.
/// </summary>
internal sealed class CompoundCall(NfsSession session, uint slot, ReadOnlyMemory<byte> callHeader) : RpcCall, IValueTaskSource, IDisposable
{
    private readonly CompoundEncoder _encoder = new(callHeader);
    private ManualResetValueTaskSourceCore<bool> _completion;
    private CancellationTokenRegistration _registration;
    private RpcRecord _reply;
    private CompoundEncoder? _probe;

    public NfsSession Session => session;

    public uint Slot => slot;

    public ChannelAttributes Limits => session.Limits;

    /// <summary>An owner for opens that end in the compound that makes them.</summary>
    public OpenOwner SlotOwner => new(session.ClientId, slot);

    /// <summary>The compound changes something, so the server keeps its reply for a retry.</summary>
    public bool Changes { get; private set; }

    public override ReadOnlyMemory<byte> Record => _probe?.Record ?? _encoder.Record;

    // Guarded by the session's gate.
    internal CallState State { get; set; }

    internal uint Sequence { get; set; } = 1;

    internal int Transmissions { get; set; }

    /// <summary>
    /// Begins when the request is sent, and again when more of it has gone, more of its reply has come, or one that was sent before it is answered:
    /// then the server is on its way here.
    /// </summary>
    internal Deadline Deadline { get; set; }

    /// <summary>In the clock's timestamps.</summary>
    internal long SentAt { get; private set; }

    /// <summary>How many bytes its connection had received when it was sent.</summary>
    internal long ReceivedBefore { get; set; }

    internal long ResendAt { get; set; } = long.MaxValue;

    internal TaskCompletionSource? Settlement { get; set; }

    internal short Version => _completion.Version;

    /// <summary>Begins a request.</summary>
    /// <param name="changes">Whether it changes anything, or makes state, on the server.</param>
    /// <param name="continuesInTurn">See <see cref="RpcCall.ContinuesInTurn"/>.</param>
    /// <param name="reader">See <see cref="RpcCall.Reader"/>.</param>
    public void Begin(bool changes, bool continuesInTurn = false, object? reader = null)
    {
        Changes = changes;
        ContinuesInTurn = continuesInTurn;
        Reader = reader;
        _encoder.Begin();
        _encoder.Add(new SequenceOperation(default, 0, 0, 0, false));
    }

    public CompoundCall Add<TOperation>(in TOperation operation)
        where TOperation : struct, INfsOperation, allows ref struct
    {
        _encoder.Add(operation);
        return this;
    }

    /// <summary>Sends the request and waits for its reply.</summary>
    /// <exception cref="SessionLostException">The session ended; try again in a new one.</exception>
    /// <exception cref="Volumes.TargetFaultException">The deadline passed, or the server refuses to serve.</exception>
    public ValueTask SendAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _completion.Reset();
        Deadline = deadline.Renewed();
        SentAt = Deadline.Since;
        _encoder.PatchSequence(new SequenceOperation(session.Id, Sequence, slot, session.HighestSlot, Changes));
        _encoder.End(Xid = session.NextXid());
        session.Send(this);
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static (call, token) => ((CompoundCall)call!).Cancel(token), this);
        }

        return new ValueTask(this, _completion.Version);
    }

    /// <summary>The results of the operations that were added, once the reply is there.</summary>
    public CompoundResults Results()
    {
        var results = Open(_reply);
        results.Next(NfsOpcode.Sequence);
        SequenceResult.Read(ref results.Body);
        return results;
    }

    /// <summary>The reply itself, for a caller that keeps it longer than the slot. It has to be disposed then, and <see cref="Results"/> is gone.</summary>
    public RpcRecord TakeReply()
    {
        var reply = _reply;
        _reply = default;
        return reply;
    }

    /// <summary>Lets go of the slot. It is free at once, or as soon as the server has answered.</summary>
    public void Dispose() => Release();

    public override void OnReply(RpcRecord reply, bool runsHere) => session.OnReply(this, reply, runsHere);

    public override void OnConnectionLost(Exception reason)
    {
        // The session knows its calls in flight and sends them again on its next connection.
    }

    void IValueTaskSource.GetResult(short token)
    {
        _registration.Dispose();
        _registration = default;
        _completion.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    internal static CompoundResults Open(RpcRecord reply)
    {
        var reader = new XdrReader(reply.Span);
        RpcReplyHeader.ReadAccepted(ref reader);
        return new CompoundResults(reader);
    }

    internal void Complete(RpcRecord reply, bool runsHere)
    {
        _reply = reply;
        _completion.RunContinuationsAsynchronously = !runsHere;
        _completion.SetResult(true);
    }

    internal void Fail(Exception exception)
    {
        _completion.RunContinuationsAsynchronously = true;
        _completion.SetException(exception);
    }

    /// <summary>
    /// What is sent from now on is a SEQUENCE alone, of the same slot and sequence: it finds out whether the server got the
    /// request, and uses the sequence up without the request's effect when it did not.
    /// </summary>
    internal void ReplaceWithProbe()
    {
        if (_probe is not null)
        {
            return;
        }

        var probe = new CompoundEncoder(callHeader);
        probe.Begin();
        probe.Add(new SequenceOperation(session.Id, Sequence, slot, session.HighestSlot, false));
        probe.End(Xid);
        _probe = probe;
    }

    protected override void OnReleased()
    {
        _reply.Dispose();
        _reply = default;
        _probe?.Dispose();
        _probe = null;
        Settlement = null;
        Transmissions = 0;
        session.OnReleased(this);
    }

    internal void DisposeBuffers() => _encoder.Dispose();

    /// <summary>A change that was sent is not left before its deadline: how it ends must be known, or known to be in doubt.</summary>
    private void Cancel(CancellationToken token)
    {
        if (!Changes || Transmissions == 0)
        {
            session.Abandon(this, new OperationCanceledException(token));
        }
    }
}
