using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>The state that an operation belongs to: an open, or one of the special values of RFC 8881 §8.2.3.</summary>
internal readonly record struct StateId(uint SequenceId, ulong OtherHigh, uint OtherLow)
{
    /// <summary>No open state: access is checked for this operation alone.</summary>
    public static StateId Anonymous => default;

    /// <summary>The state that an earlier operation of the same compound made.</summary>
    public static StateId Current => new(1, 0, 0);

    public static StateId Read(ref XdrReader reader) => new(reader.ReadUInt32(), reader.ReadUInt64(), reader.ReadUInt32());

    /// <summary>The same state without its version, which the server then takes as its latest.</summary>
    public StateId Unversioned => this with { SequenceId = 0 };

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt32(SequenceId);
        writer.WriteUInt64(OtherHigh);
        writer.WriteUInt32(OtherLow);
    }
}
