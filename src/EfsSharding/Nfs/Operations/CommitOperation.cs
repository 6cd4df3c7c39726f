using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Makes all unstable bytes of the current file safe.</summary>
internal readonly struct CommitOperation : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.Commit;

    /// <summary>Reads the verifier, to be compared with that of each write.</summary>
    public static ulong ReadResult(ref XdrReader reader) => reader.ReadUInt64();

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt64(0);
        writer.WriteUInt32(0); // to the end
    }
}
