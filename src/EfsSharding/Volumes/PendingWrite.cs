namespace EfsSharding.Volumes;

/// <summary>A write that may need several targets: its content, its mode, and the attempt under way.</summary>
internal sealed class PendingWrite(FileContent content, FileWriteMode mode)
{
    public FileContent Content => content;

    public FileWriteMode Mode => mode;

    /// <summary>The version that the file must have to be replaced.</summary>
    /// <value>Null: whatever is there is replaced.</value>
    public StoredVersion? Expected { get; init; }

    /// <summary>The lock of the store path, which appends and conditional changes hold.</summary>
    /// <value>Null: the volume takes that of its own path.</value>
    public LockPlace? Lock { get; init; }

    /// <summary>The attempt under way.</summary>
    public WriteAttempt Current { get; private set; } = new(mode);

    /// <summary>Gives the current attempt up and begins the next.</summary>
    /// <returns>The one that was given up.</returns>
    public WriteAttempt Abandon()
    {
        var abandoned = Current;
        abandoned.Abandon();
        Current = new WriteAttempt(mode);
        return abandoned;
    }
}
