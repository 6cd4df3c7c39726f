using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Writes bytes into the current file.</summary>
internal readonly ref struct WriteOperation(StateId state, long offset, WriteStability stability, ReadOnlySpan<byte> data) : INfsOperation
{
    private readonly ReadOnlySpan<byte> _data = data;

    public static NfsOpcode Opcode => NfsOpcode.Write;

    public static WriteResult ReadResult(ref XdrReader reader, int sent)
    {
        var count = reader.ReadUInt32();
        return count <= (uint)sent
            ? new WriteResult((int)count, (WriteStability)reader.ReadUInt32(), reader.ReadUInt64())
            : throw new XdrFormatException($"The server says that it wrote {count} of {sent} bytes.");
    }

    public void Write(XdrWriter writer)
    {
        state.Write(writer);
        writer.WriteInt64(offset);
        writer.WriteUInt32((uint)stability);
        writer.WriteOpaque(_data);
    }
}
