using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Reads bytes of the current file.</summary>
internal readonly struct ReadOperation(StateId state, long offset, int count) : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.Read;

    /// <summary>Reads the result: whether the file ends there, and the bytes, at most as many as were asked for.</summary>
    public static ReadOnlySpan<byte> ReadResult(ref XdrReader reader, int asked, out bool endOfFile)
    {
        endOfFile = reader.ReadBoolean();
        return reader.ReadOpaque(asked);
    }

    public void Write(XdrWriter writer)
    {
        state.Write(writer);
        writer.WriteInt64(offset);
        writer.WriteInt32(count);
    }
}
