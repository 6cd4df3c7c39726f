using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <param name="ClientId">What the server calls this client.</param>
/// <param name="Sequence">The sequence of the first CREATE_SESSION of a client ID that is not confirmed.</param>
/// <param name="Confirmed">The server knew this incarnation already, with its state.</param>
/// <param name="ServerOwner">Equal owners of equal scope are one server, whatever the address.</param>
/// <param name="ServerScope">Where the server's names mean the same.</param>
internal sealed record ExchangeIdResult(ulong ClientId, uint Sequence, bool Confirmed, byte[] ServerOwner, byte[] ServerScope)
{
    private const uint ConfirmedFlag = 0x8000_0000;
    private const int MaxOpaqueBytes = 1024;

    public static ExchangeIdResult Read(ref XdrReader reader)
    {
        var clientId = reader.ReadUInt64();
        var sequence = reader.ReadUInt32();
        var flags = reader.ReadUInt32();
        if (reader.ReadUInt32() is var protection and not 0)
        {
            throw new XdrFormatException($"The server chose state protection {protection}, none was asked for.");
        }

        reader.Skip(8); // so_minor_id
        var owner = reader.ReadOpaque(MaxOpaqueBytes).ToArray();
        var scope = reader.ReadOpaque(MaxOpaqueBytes).ToArray();
        return new ExchangeIdResult(clientId, sequence, (flags & ConfirmedFlag) != 0, owner, scope);
    }
}
