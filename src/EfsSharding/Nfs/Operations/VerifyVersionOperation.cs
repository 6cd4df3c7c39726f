using EfsSharding.Nfs.Xdr;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Operations;

/// <summary>Stops the compound with <see cref="NfsStatus.NotSame"/> unless the current object is this regular file in this state.</summary>
/// <param name="version">The file and its state.</param>
/// <param name="withHandle">Whether its handle is compared as well, which a server may not do.</param>
internal readonly struct VerifyVersionOperation(StoredVersion version, bool withHandle) : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.Verify;

    public void Write(XdrWriter writer)
    {
        Bitmap.Write(writer, AttributeMask.Type | AttributeMask.Change | AttributeMask.Size | AttributeMask.FileId | (withHandle ? AttributeMask.FileHandle : AttributeMask.None));
        var handle = version.Handle.Span;
        writer.WriteUInt32((uint)(4 + 8 + 8 + 8 + (withHandle ? 4 + ((handle.Length + 3) & ~3) : 0)));
        writer.WriteUInt32((uint)NfsFileType.Regular);
        writer.WriteUInt64(version.File.Change);
        writer.WriteInt64(version.File.Size);
        if (withHandle)
        {
            writer.WriteOpaque(handle);
        }

        writer.WriteUInt64(version.File.FileId);
    }
}
