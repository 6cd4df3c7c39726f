using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Makes the saved filehandle the current one again.</summary>
internal readonly struct RestoreFhOperation : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.RestoreFh;

    public void Write(XdrWriter writer)
    {
    }
}
