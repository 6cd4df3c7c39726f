namespace EfsSharding.TestSupport.Scripted;

internal sealed class OpenFile(string other, PeerClient client, string owner, Inode inode)
{
    public string Other { get; } = other;

    public PeerClient Client { get; } = client;

    public string Owner { get; } = owner;

    public Inode Inode { get; } = inode;

    public uint Sequence { get; set; } = 1;

    public uint ShareAccess { get; set; }

    public Stateid Stateid => new(Sequence, Other);
}
