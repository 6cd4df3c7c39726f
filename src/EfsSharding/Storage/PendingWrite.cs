namespace EfsSharding.Storage;

/// <summary>A write that may need several targets: its content, its mode, and the attempts that were given up without knowing how they ended.</summary>
internal sealed class PendingWrite
{
    private volatile WriteAttempt[] _inDoubt = [];
    private readonly WriteAttempt[] _earlier;
    private WriteAttempt? _current;

    /// <param name="content">What is to be written.</param>
    /// <param name="mode">How it is published.</param>
    /// <param name="inDoubt">Attempts of earlier writes of the same file that may still take effect.</param>
    public PendingWrite(FileContent content, FileWriteMode mode, IEnumerable<WriteAttempt> inDoubt)
    {
        Content = content;
        Mode = mode;
        _earlier = [.. inDoubt];
    }

    public FileContent Content { get; }

    public FileWriteMode Mode { get; }

    /// <summary>This write's earlier attempts on other targets. Their temporary files are removed, through the new target, before anything is published.</summary>
    public IReadOnlyList<WriteAttempt> InDoubt => _inDoubt;

    /// <summary>Attempts of earlier writes of the same file. They are fenced alike, but that one of them took effect does not end this write.</summary>
    public IReadOnlyList<WriteAttempt> EarlierWrites => _earlier;

    /// <summary>The attempt under way.</summary>
    public WriteAttempt Current => _current ??= new WriteAttempt();

    /// <summary>Gives the current attempt up. True when it had published, so that the write is done.</summary>
    public bool Abandon()
    {
        Current.Abandon();
        if (Current.IsPublished)
        {
            return true;
        }

        // A new array, as an attempt that hangs may be reading the old one.
        _inDoubt = [.. _inDoubt, Current];
        _current = null;
        return false;
    }
}
