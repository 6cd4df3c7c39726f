using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Ends a session.</summary>
internal readonly struct DestroySessionOperation(SessionId session) : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.DestroySession;

    public void Write(XdrWriter writer) => session.Write(writer);
}
