using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>
/// Takes an exclusive byte-range lock of one byte of the current file, or answers DENIED at once (RFC 8881 §18.10). The first lock of a lock-owner
/// on a file names the open that it belongs to; later ones name the state that the first made.
/// </summary>
internal readonly struct LockOperation : INfsOperation
{
    public const uint Exclusive = 2;
    public const ulong Length = 1;
    private readonly StateId _state;
    private readonly ulong _offset;
    private readonly OpenOwner? _firstOf;

    private LockOperation(StateId state, ulong offset, OpenOwner? firstOf) => (_state, _offset, _firstOf) = (state, offset, firstOf);

    public static NfsOpcode Opcode => NfsOpcode.Lock;

    /// <summary>The first lock of an owner: <paramref name="open"/> is an open for writing. Sent again, it makes no second state.</summary>
    public static LockOperation First(StateId open, OpenOwner owner, ulong offset) => new(open, offset, owner);

    /// <summary>A further lock under the state of an earlier one.</summary>
    public static LockOperation Further(StateId locks, ulong offset) => new(locks, offset, null);

    public static StateId ReadResult(ref XdrReader reader) => StateId.Read(ref reader);

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt32(Exclusive);
        writer.WriteUInt32(0); // no reclaim
        writer.WriteUInt64(_offset);
        writer.WriteUInt64(Length);
        writer.WriteUInt32(_firstOf is null ? 0u : 1u);
        if (_firstOf is { } owner)
        {
            writer.WriteUInt32(0);
            _state.Write(writer);
            writer.WriteUInt32(0);
            writer.WriteUInt64(owner.ClientId);
            writer.WriteUInt32(8);
            writer.WriteUInt64(owner.Number);
        }
        else
        {
            _state.Write(writer);
            writer.WriteUInt32(0);
        }
    }
}
