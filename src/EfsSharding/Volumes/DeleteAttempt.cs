namespace EfsSharding.Volumes;

/// <summary>
/// One target's try at a deletion. The file gets the attempt's own name, and that is removed: so the attempt can be fenced, by a
/// directory of that name, which no file can be renamed to.
/// </summary>
/// <param name="started">When the deletion of which this is an attempt began, in the clock's timestamps.</param>
internal sealed class DeleteAttempt(long started) : ChangeAttempt
{
    private FileVersion _meant;
    private int _isFound;

    public long Started => started;

    /// <summary>The version that the file must have to be deleted; null: whatever is there is.</summary>
    public StoredVersion? Expected { get; init; }

    /// <summary>The lock of the store path, which a conditional deletion holds; null: the volume takes that of its own path.</summary>
    public LockPlace? Lock { get; init; }

    /// <summary>The file that was found and is to go. Unknown before it was looked for, and where a volume cannot tell.</summary>
    public FileVersion Meant => Volatile.Read(ref _isFound) != 0 ? _meant : default;

    /// <summary>It may have been sent to remove whatever has the file's name, which no fence stops; see <see cref="ChangeAttempt.Settled"/> for its end.</summary>
    public bool IsBeyondFence { get; private set; }

    /// <summary>Said before the file is removed by its own name, as there is no room for one more.</summary>
    public void GoBeyondFence() => IsBeyondFence = true;

    public void SetMeant(FileVersion meant)
    {
        _meant = meant;
        Volatile.Write(ref _isFound, 1);
    }
}
