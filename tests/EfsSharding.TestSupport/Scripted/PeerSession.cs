namespace EfsSharding.TestSupport.Scripted;

internal sealed class PeerSession(string id, PeerClient client, ChannelLimits fore)
{
    public string Id { get; } = id;

    public PeerClient Client { get; } = client;

    public ChannelLimits Fore { get; } = fore;

    public PeerSlot[] Slots { get; } = [.. Enumerable.Range(0, (int)fore.MaxSlots).Select(_ => new PeerSlot())];

    /// <summary>Destroyed in the way that answers DEADSESSION rather than BADSESSION.</summary>
    public bool Dead { get; set; }
}
