namespace EfsSharding.TestSupport.Scripted;

/// <summary>One compound while it is being carried out: the current and saved filehandles and stateids, and the slot (RFC 8881 §16.2).</summary>
internal sealed class CompoundRun(PeerState state, IReadOnlyList<Request> requests, byte[] bytes)
{
    private readonly PeerWriter _results = new();
    private uint _count;

    public PeerState State { get; } = state;

    public IReadOnlyList<Request> Requests { get; } = requests;

    /// <summary>The encoded compound, which a retry repeats.</summary>
    public byte[] Bytes { get; } = bytes;

    public Inode? Current { get; set; }

    public Inode? Saved { get; set; }

    public Stateid? CurrentStateid { get; set; }

    public Stateid? SavedStateid { get; set; }

    public PeerSession? Session { get; set; }

    public PeerSlot? Slot { get; set; }

    public bool CacheThis { get; set; }

    /// <summary>The cached reply, when SEQUENCE found that this is a retry.</summary>
    public byte[]? Replay { get; set; }

    /// <summary>SEQUENCE found a retry of a request whose reply was not cached.</summary>
    public bool IsUncachedRetry { get; set; }

    public int ResultLength => _results.Length;

    /// <summary>Carries the operations out until one fails; returns COMPOUND4res.</summary>
    /// <param name="faultAt">The fault to inject at an operation, if any.</param>
    public byte[] Run(Func<int, Fault?> faultAt)
    {
        var status = Nfs4Stat.Ok;
        for (var index = 0; index < Requests.Count && status == Nfs4Stat.Ok && Replay is null; index++)
        {
            var fault = faultAt(index);
            lock (State.Tree.Lock)
            {
                status = Perform(index, fault);
            }
        }

        lock (State.Tree.Lock)
        {
            return Replay ?? Finish(status);
        }
    }

    private Nfs4Stat Perform(int index, Fault? fault)
    {
        if (fault is Fault.Restart)
        {
            throw new PeerRestartException();
        }

        var request = fault is Fault.Shorten shorten ? Shortened(Requests[index], shorten.Bytes) : Requests[index];
        var body = new PeerWriter();
        var status = fault is Fault.Answer answer ? answer.Status
            : IsUncachedRetry ? Nfs4Stat.RetryUncachedRep
            : PositionError(index) is var position and not Nfs4Stat.Ok ? position
            : OperationTable.Perform(this, request, body);
        if (fault is Fault.AnswerAfter after)
        {
            (status, body) = (after.Status, new PeerWriter());
        }

        if (Replay is not null)
        {
            return Nfs4Stat.Ok;
        }

        _count++;
        _results.UInt32((uint)request.Op).UInt32((uint)status);
        if (status == Nfs4Stat.Ok)
        {
            _results.Raw(body.ToArray());
        }
        else if (request.Op == Nfs4Op.SetAttr)
        {
            _results.Bitmap();
        }
        else if (request is LockRequest denied && status == Nfs4Stat.Denied)
        {
            // LOCK4denied: who holds it.
            _results.UInt64(denied.Offset).UInt64(denied.Length).UInt32(2).UInt64(0).Opaque([1, 2, 3]);
        }

        return status;
    }

    private Nfs4Stat PositionError(int index)
    {
        var op = Requests[index].Op;
        if (index > 0)
        {
            return op switch
            {
                Nfs4Op.Sequence => Nfs4Stat.SequencePos,
                Nfs4Op.ExchangeId or Nfs4Op.CreateSession => Nfs4Stat.NotOnlyOp,
                _ => Nfs4Stat.Ok,
            };
        }

        return op switch
        {
            Nfs4Op.Sequence => Nfs4Stat.Ok,
            Nfs4Op.ExchangeId or Nfs4Op.CreateSession or Nfs4Op.DestroySession or Nfs4Op.DestroyClientId =>
                Requests.Count == 1 ? Nfs4Stat.Ok : Nfs4Stat.NotOnlyOp,
            _ => Nfs4Stat.OpNotInSession,
        };
    }

    private byte[] Finish(Nfs4Stat status)
    {
        var reply = new PeerWriter().UInt32((uint)status).Opaque([]).UInt32(_count).Raw(_results.ToArray()).ToArray();
        if (Slot is { } slot && !IsUncachedRetry)
        {
            (slot.InProgress, slot.Cached, slot.Reply) = (false, CacheThis || Requests.Count == 1, reply);
        }

        if (Requests is [CreateSessionRequest create] && State.Clients.GetValueOrDefault(create.ClientId) is { } client && status == Nfs4Stat.Ok)
        {
            client.CreateSessionReply = reply;
        }

        return reply;
    }

    private static Request Shortened(Request request, int bytes) => request switch
    {
        ReadRequest read => read with { Count = Math.Min(read.Count, (uint)bytes) },
        WriteRequest write => write with { Data = write.Data[..Math.Min(write.Data.Length, bytes)] },
        _ => request,
    };
}
