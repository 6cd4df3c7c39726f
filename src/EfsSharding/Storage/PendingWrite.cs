namespace EfsSharding.Storage;

/// <summary>A write that may need several targets: its content, its mode, and the attempts that were given up without knowing how they ended.</summary>
internal sealed class PendingWrite
{
    private readonly List<WriteAttempt> _inDoubt = [];
    private WriteAttempt? _current;

    public PendingWrite(FileContent content, FileWriteMode mode)
    {
        Content = content;
        Mode = mode;
    }

    public FileContent Content { get; }

    public FileWriteMode Mode { get; }

    /// <summary>Earlier attempts on other targets. Their temporary files are removed, through the new target, before anything is published.</summary>
    public IReadOnlyList<WriteAttempt> InDoubt => _inDoubt;

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

        _inDoubt.Add(Current);
        _current = null;
        return false;
    }
}
