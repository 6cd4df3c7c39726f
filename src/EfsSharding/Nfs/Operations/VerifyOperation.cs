using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>
/// Stops the compound with <see cref="NfsStatus.NotSame"/> unless the current object has this type and, when one is given, this
/// size. It keeps a short write from being published and a directory from being removed as a file.
/// </summary>
internal readonly struct VerifyOperation(NfsFileType type, long? size) : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.Verify;

    public void Write(XdrWriter writer)
    {
        Bitmap.Write(writer, AttributeMask.Type | (size is null ? AttributeMask.None : AttributeMask.Size));
        writer.WriteUInt32(size is null ? 4u : 12u);
        writer.WriteUInt32((uint)type);
        if (size is { } bytes)
        {
            writer.WriteInt64(bytes);
        }
    }
}
