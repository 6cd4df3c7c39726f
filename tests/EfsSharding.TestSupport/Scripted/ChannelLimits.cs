namespace EfsSharding.TestSupport.Scripted;

/// <summary>channel_attrs4 (RFC 8881 §18.36).</summary>
internal sealed record ChannelLimits(uint MaxRequest, uint MaxResponse, uint MaxCached, uint MaxOperations, uint MaxSlots)
{
    public static ChannelLimits Read(ref PeerReader reader)
    {
        reader.UInt32();
        var result = new ChannelLimits(reader.UInt32(), reader.UInt32(), reader.UInt32(), reader.UInt32(), reader.UInt32());
        if (reader.UInt32() is var count and > 0)
        {
            throw new PeerFormatException($"ca_rdma_ird of {count} over TCP");
        }

        return result;
    }

    public ChannelLimits AtMost(ChannelLimits limits) => new(
        Math.Min(MaxRequest, limits.MaxRequest),
        Math.Min(MaxResponse, limits.MaxResponse),
        Math.Min(MaxCached, limits.MaxCached),
        Math.Min(MaxOperations, limits.MaxOperations),
        Math.Min(MaxSlots, limits.MaxSlots));

    public void Write(PeerWriter writer) =>
        writer.UInt32(0).UInt32(MaxRequest).UInt32(MaxResponse).UInt32(MaxCached).UInt32(MaxOperations).UInt32(MaxSlots).UInt32(0);
}
