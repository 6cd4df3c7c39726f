namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>One directory on a thread's way down.</summary>
internal sealed class DirectoryFrame(DirectoryNode node, DirectoryHandle handle)
{
    public DirectoryNode Node => node;

    /// <summary>Null while the directory is closed, because too many above and below it are open.</summary>
    public DirectoryHandle? Handle { get; set; } = handle;

    public PendingNames Pending { get; } = new();

    /// <summary>Whether everything has been read.</summary>
    public bool IsReadToEnd { get; set; }

    /// <summary>d_off of the last entry: where to read on after the directory was closed.</summary>
    public long Position { get; set; }

    /// <summary>Which directory it was, known from when it was closed.</summary>
    public DirectoryIdentity Identity { get; set; }

    public bool IsDone => IsReadToEnd && Pending.IsEmpty;
}
