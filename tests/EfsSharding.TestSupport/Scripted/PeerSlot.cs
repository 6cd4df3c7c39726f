namespace EfsSharding.TestSupport.Scripted;

/// <summary>One slot of the reply cache (RFC 8881 §2.10.6).</summary>
internal sealed class PeerSlot
{
    public uint Sequence { get; set; }

    public bool InProgress { get; set; }

    /// <summary>The compound that took <see cref="Sequence"/>, to tell a retry from another request under its number.</summary>
    public byte[]? Request { get; set; }

    public byte[]? Reply { get; set; }

    public bool Cached { get; set; }
}
