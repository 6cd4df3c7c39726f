using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Sets the size of the current file or, when no size is given, its time of last modification to the server's present.</summary>
internal readonly struct SetAttrOperation(StateId state, long? size) : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.SetAttr;

    public static void ReadResult(ref XdrReader reader) => Bitmap.Skip(ref reader);

    public void Write(XdrWriter writer)
    {
        state.Write(writer);
        Bitmap.Write(writer, size is null ? AttributeMask.SetModifyTime : AttributeMask.Size);
        writer.WriteUInt32(size is null ? 4u : 8u);
        if (size is { } bytes)
        {
            writer.WriteInt64(bytes);
        }
        else
        {
            // SET_TO_SERVER_TIME4.
            writer.WriteUInt32(0);
        }
    }
}
