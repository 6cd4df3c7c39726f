using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Makes a session without a back channel: this client takes no callbacks.</summary>
internal readonly struct CreateSessionOperation(ulong clientId, uint sequence, ChannelAttributes fore) : INfsOperation
{
    private static readonly ChannelAttributes Back = new(4096, 4096, 0, 2, 1);

    public static NfsOpcode Opcode => NfsOpcode.CreateSession;

    public static (SessionId Session, ChannelAttributes Fore) ReadResult(ref XdrReader reader)
    {
        var session = SessionId.Read(ref reader);
        reader.Skip(4 + 4); // sequence and flags
        var fore = ChannelAttributes.Read(ref reader);
        ChannelAttributes.Read(ref reader);
        return (session, fore);
    }

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt64(clientId);
        writer.WriteUInt32(sequence);
        writer.WriteUInt32(0);
        fore.Write(writer);
        Back.Write(writer);
        writer.WriteUInt32(0x4000_0000); // a callback program that nobody will call
        writer.WriteUInt32(1);
        writer.WriteUInt32(0); // AUTH_NONE
    }
}
