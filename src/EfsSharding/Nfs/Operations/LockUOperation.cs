using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Lets go of one byte of the current file (RFC 8881 §18.12). Letting go of what is not held is no error.</summary>
internal readonly struct LockUOperation(StateId locks, ulong offset) : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.LockU;

    public static StateId ReadResult(ref XdrReader reader) => StateId.Read(ref reader);

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt32(LockOperation.Exclusive);
        writer.WriteUInt32(0);
        locks.Write(writer);
        writer.WriteUInt64(offset);
        writer.WriteUInt64(LockOperation.Length);
    }
}
