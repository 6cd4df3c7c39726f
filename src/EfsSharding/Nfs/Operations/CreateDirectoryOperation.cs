using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>CREATE of a directory in the current one; the new directory becomes the current filehandle.</summary>
internal readonly ref struct CreateDirectoryOperation(ReadOnlySpan<char> name, UnixFileMode permissions) : INfsOperation
{
    private readonly ReadOnlySpan<char> _name = name;

    public static NfsOpcode Opcode => NfsOpcode.Create;

    public static void ReadResult(ref XdrReader reader)
    {
        ChangeInfo.Skip(ref reader);
        Bitmap.Skip(ref reader);
    }

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt32((uint)NfsFileType.Directory);
        writer.WriteString(_name);
        Bitmap.Write(writer, AttributeMask.Mode);
        writer.WriteUInt32(4);
        writer.WriteUInt32((uint)permissions);
    }
}
