using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Says who this client is and which incarnation of it.</summary>
internal readonly ref struct ExchangeIdOperation(ulong verifier, ReadOnlySpan<byte> ownerId) : INfsOperation
{
    private const uint UseNonPnfs = 0x0001_0000;
    private readonly ReadOnlySpan<byte> _ownerId = ownerId;

    public static NfsOpcode Opcode => NfsOpcode.ExchangeId;

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt64(verifier);
        writer.WriteOpaque(_ownerId);
        writer.WriteUInt32(UseNonPnfs);
        writer.WriteUInt32(0); // SP4_NONE
        writer.WriteUInt32(0); // no implementation id
    }
}
