using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Copies the current filehandle, and the current stateid with it.</summary>
internal readonly struct SaveFhOperation : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.SaveFh;

    public void Write(XdrWriter writer)
    {
    }
}
