namespace EfsSharding.Volumes;

/// <summary>
/// One target's try at a change. The thread that works on it and the store that gave it up talk through flags: the worker calls
/// <see cref="Begin"/> before the step that others can see, and <see cref="MarkDone"/> right after it.
/// </summary>
internal abstract class ChangeAttempt
{
    private int _begun;
    private int _abandoned;
    private volatile bool _done;
    private volatile bool _fenced;

    /// <summary>The name of this attempt's own, in the file's directory: what it writes before it is published, or what it deletes.</summary>
    public string TemporaryName { get; private set; } = Volumes.TemporaryName.Create();

    /// <summary>The server has confirmed the change.</summary>
    public bool IsDone => _done;

    /// <summary>Nobody waits for this attempt any more: it must not change anything.</summary>
    public bool IsAbandoned => Volatile.Read(ref _abandoned) != 0;

    /// <summary>The step that others can see may have been taken.</summary>
    public bool HasBegun => Volatile.Read(ref _begun) != 0;

    /// <summary>It can take no effect any more, as another target has fenced it.</summary>
    public bool IsFenced => _fenced;

    /// <summary>Completes when an attempt that was given up can have no further effect.</summary>
    public Task Settled { get; set; } = Task.CompletedTask;

    public void MarkDone() => _done = true;

    public void MarkFenced() => _fenced = true;

    /// <summary>Gives the attempt up: either it finds out before it changes anything, or <see cref="HasBegun"/> says that it may not have.</summary>
    public void Abandon() => Interlocked.Exchange(ref _abandoned, 1);

    /// <summary>Said before the step that others can see.</summary>
    /// <exception cref="TargetFaultException">It was given up, so that it must do nothing any more.</exception>
    public void Begin(string path)
    {
        Interlocked.Exchange(ref _begun, 1);
        if (IsAbandoned)
        {
            Interlocked.Exchange(ref _begun, 0);
            ThrowIfAbandoned(path);
        }
    }

    /// <summary>Begins again under another name: what was sent under the present one had no effect, and can have none.</summary>
    public virtual void Renew()
    {
        TemporaryName = Volumes.TemporaryName.Create();
        Interlocked.Exchange(ref _begun, 0);
    }

    /// <exception cref="TargetFaultException">It was given up, so that it must do nothing any more.</exception>
    public void ThrowIfAbandoned(string path)
    {
        if (IsAbandoned)
        {
            throw new TargetFaultException($"'{path}': the change was given up before it was made.", mayTakeEffect: false);
        }
    }
}
