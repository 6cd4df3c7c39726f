using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Ends an open of the current file.</summary>
internal readonly struct CloseOperation(StateId state) : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.Close;

    public static void ReadResult(ref XdrReader reader) => StateId.Read(ref reader);

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt32(0);
        state.Write(writer);
    }
}
