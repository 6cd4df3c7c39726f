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
    private List<string>? _earlier;

    public long Started => started;

    /// <summary>The file that was found and is to go. Unknown before it was looked for, and where a volume cannot tell.</summary>
    public FileVersion Meant => Volatile.Read(ref _isFound) != 0 ? _meant : default;

    /// <summary>The names that it has had: one for each time that the file was asked to be renamed.</summary>
    public IReadOnlyList<string> Names => _earlier is null ? [TemporaryName] : [.. _earlier, TemporaryName];

    /// <summary>Takes another name, as the present one is fenced.</summary>
    public void Renew()
    {
        (_earlier ??= []).Add(TemporaryName);
        TemporaryName = Volumes.TemporaryName.Create();
    }

    public void SetMeant(FileVersion meant)
    {
        _meant = meant;
        Volatile.Write(ref _isFound, 1);
    }
}
