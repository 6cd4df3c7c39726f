using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Asks for the current filehandle.</summary>
internal readonly struct GetFhOperation : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.GetFh;

    public static FileHandle ReadResult(ref XdrReader reader) => new(reader.ReadOpaque(FileHandle.MaxBytes).ToArray());

    public void Write(XdrWriter writer)
    {
    }
}
