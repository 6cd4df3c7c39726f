using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Ends a client ID that has no session left.</summary>
internal readonly struct DestroyClientIdOperation(ulong clientId) : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.DestroyClientId;

    public void Write(XdrWriter writer) => writer.WriteUInt64(clientId);
}
