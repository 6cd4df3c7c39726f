using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Rpc;

/// <summary>The head of an RPC reply (RFC 5531 §9).</summary>
internal static class RpcReplyHeader
{
    private const int MaxAuthBytes = 400;

    /// <summary>Reads up to where the results begin.</summary>
    /// <exception cref="RpcException">The call was not carried out.</exception>
    public static void ReadAccepted(ref XdrReader reader)
    {
        reader.Skip(8); // xid and message type, by which the connection found the call
        var denied = reader.ReadUInt32();
        if (denied != 0)
        {
            throw new RpcException(reader.ReadUInt32() == 0
                ? "The server denied the call: it does not speak version 2 of ONC RPC."
                : $"The server denied the call: authentication error {reader.ReadUInt32()} (auth_stat of RFC 5531). Check that the export takes AUTH_SYS.");
        }

        reader.Skip(4);
        reader.SkipOpaque(MaxAuthBytes);
        var accepted = reader.ReadUInt32();
        if (accepted != 0)
        {
            throw new RpcException("The server did not carry the call out: " + accepted switch
            {
                1 => "it has no NFS program there.",
                2 => $"it speaks NFS versions {reader.ReadUInt32()} to {reader.ReadUInt32()} only.",
                3 => "it does not know the procedure.",
                4 => "it could not decode the arguments.",
                5 => "it has a system error.",
                _ => $"accept_stat {accepted}.",
            });
        }
    }
}
