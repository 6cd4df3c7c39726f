namespace EfsSharding.Volumes;

/// <summary>One target's try at a write.</summary>
internal sealed class WriteAttempt : ChangeAttempt
{
    private FileVersion _staged;
    private int _isStaged;

    /// <summary>The server has confirmed that the content is in place.</summary>
    public bool IsPublished => IsDone;

    /// <summary>
    /// The file that is about to get its name, from the step before on: its id, time of last modification and size, which getting a name
    /// does not change. Unknown before, and where a volume cannot tell.
    /// </summary>
    public FileVersion Staged => Volatile.Read(ref _isStaged) != 0 ? _staged : default;

    public void MarkPublished() => MarkDone();

    public void SetStaged(FileVersion staged)
    {
        _staged = staged;
        Volatile.Write(ref _isStaged, 1);
    }
}
