using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Opens the current file for reading, whatever its name is by now (CLAIM_FH, RFC 8881 §18.16.3). Its result is that of <see cref="OpenOperation"/>.</summary>
internal readonly struct OpenByHandleOperation(OpenOwner owner) : INfsOperation
{
    private const uint ClaimFh = 4;

    public static NfsOpcode Opcode => NfsOpcode.Open;

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt32(0);
        writer.WriteUInt32(OpenOperation.WantNoDelegation | OpenOperation.ShareRead);
        writer.WriteUInt32(0);
        writer.WriteUInt64(owner.ClientId);
        writer.WriteUInt32(8);
        writer.WriteUInt64(owner.Number);
        writer.WriteUInt32(0); // OPEN4_NOCREATE
        writer.WriteUInt32(ClaimFh);
    }
}
