using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Reads a page of the current directory.</summary>
internal readonly struct ReadDirOperation(ulong cookie, ulong verifier, int maxBytes, AttributeMask mask) : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.ReadDir;

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt64(cookie);
        writer.WriteUInt64(verifier);
        writer.WriteInt32(maxBytes);
        writer.WriteInt32(maxBytes);
        Bitmap.Write(writer, mask);
    }
}
