using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Says that nothing will be reclaimed, without which a server may refuse every OPEN.</summary>
internal readonly struct ReclaimCompleteOperation : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.ReclaimComplete;

    public void Write(XdrWriter writer) => writer.WriteBoolean(false);
}
