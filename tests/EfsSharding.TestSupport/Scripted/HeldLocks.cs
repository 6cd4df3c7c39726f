namespace EfsSharding.TestSupport.Scripted;

/// <summary>The byte-range locks of one lock-owner on one file.</summary>
internal sealed class HeldLocks(string other, string owner, OpenFile open)
{
    public string Other { get; } = other;

    public string Owner { get; } = owner;

    public OpenFile Open { get; } = open;

    public uint Sequence { get; set; } = 1;

    public HashSet<ulong> Bytes { get; } = [];

    public Stateid Stateid => new(Sequence, Other);
}
