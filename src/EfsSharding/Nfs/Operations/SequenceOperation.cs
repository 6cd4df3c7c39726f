using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>The head of every compound of a session. It also renews the lease.</summary>
internal readonly struct SequenceOperation(SessionId session, uint sequence, uint slot, uint highestSlot, bool cacheReply) : INfsOperation
{
    /// <summary>What it takes with its number; it is written when the slot is known and overwritten on each use.</summary>
    public const int EncodedBytes = 4 + 16 + 4 + 4 + 4 + 4;

    public static NfsOpcode Opcode => NfsOpcode.Sequence;

    public void Write(XdrWriter writer)
    {
        session.Write(writer);
        writer.WriteUInt32(sequence);
        writer.WriteUInt32(slot);
        writer.WriteUInt32(highestSlot);
        writer.WriteBoolean(cacheReply);
    }
}
