namespace EfsSharding.Storage;

/// <summary>
/// One target's try at a write. The thread that works on it and the store that gave it up talk through the two flags: the
/// worker checks <see cref="IsAbandoned"/> before each step that others can see and sets <see cref="IsPublished"/> right after
/// the step that made the content visible.
/// </summary>
internal sealed class WriteAttempt
{
    private volatile bool _published;
    private volatile bool _abandoned;

    /// <summary>The temporary file of this attempt, in the destination's directory.</summary>
    public string TemporaryName { get; } = Storage.TemporaryName.Create();

    /// <summary>The server has confirmed that the content is in place.</summary>
    public bool IsPublished => _published;

    /// <summary>Nobody waits for this attempt any more: it must not publish.</summary>
    public bool IsAbandoned => _abandoned;

    public void MarkPublished() => _published = true;

    public void Abandon() => _abandoned = true;

    /// <exception cref="TargetFaultException">It was given up, so that it must do nothing any more.</exception>
    public void ThrowIfAbandoned(string path)
    {
        if (_abandoned)
        {
            throw new TargetFaultException($"'{path}': the write was given up before it was published.", mayTakeEffect: false);
        }
    }
}
