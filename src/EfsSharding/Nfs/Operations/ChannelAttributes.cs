using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary><c>channel_attrs4</c>: what one direction of a session may carry.</summary>
/// <param name="MaxRequestBytes">The longest request, with all its headers.</param>
/// <param name="MaxResponseBytes">The longest reply, with all its headers.</param>
/// <param name="MaxCachedResponseBytes">The longest reply that the server keeps for a retry.</param>
/// <param name="MaxOperations">Operations in one compound, SEQUENCE among them.</param>
/// <param name="MaxRequests">Slots: requests in flight.</param>
internal readonly record struct ChannelAttributes(
    uint MaxRequestBytes, uint MaxResponseBytes, uint MaxCachedResponseBytes, uint MaxOperations, uint MaxRequests)
{
    public static ChannelAttributes Read(ref XdrReader reader)
    {
        reader.Skip(4); // header padding
        var attributes = new ChannelAttributes(
            reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32());
        reader.Skip(4 * reader.ReadCount(1, 4));
        return attributes;
    }

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt32(0);
        writer.WriteUInt32(MaxRequestBytes);
        writer.WriteUInt32(MaxResponseBytes);
        writer.WriteUInt32(MaxCachedResponseBytes);
        writer.WriteUInt32(MaxOperations);
        writer.WriteUInt32(MaxRequests);
        writer.WriteUInt32(0);
    }
}
