using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <param name="Session">As it was sent.</param>
/// <param name="Sequence">As it was sent.</param>
/// <param name="Slot">As it was sent.</param>
/// <param name="TargetHighestSlot">The highest slot that the server would like to see used.</param>
/// <param name="Flags">What the server wants the client to know.</param>
internal readonly record struct SequenceResult(SessionId Session, uint Sequence, uint Slot, uint TargetHighestSlot, SequenceFlags Flags)
{
    public static SequenceResult Read(ref XdrReader reader)
    {
        var session = SessionId.Read(ref reader);
        var sequence = reader.ReadUInt32();
        var slot = reader.ReadUInt32();
        reader.Skip(4);
        return new SequenceResult(session, sequence, slot, reader.ReadUInt32(), (SequenceFlags)reader.ReadUInt32());
    }
}
