using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Makes the root of the server's name space the current filehandle.</summary>
internal readonly struct PutRootFhOperation : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.PutRootFh;

    public void Write(XdrWriter writer)
    {
    }
}
