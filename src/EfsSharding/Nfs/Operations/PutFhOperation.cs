using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Makes a known object the current filehandle.</summary>
internal readonly struct PutFhOperation(FileHandle handle) : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.PutFh;

    public void Write(XdrWriter writer) => writer.WriteOpaque(handle.Span);
}
