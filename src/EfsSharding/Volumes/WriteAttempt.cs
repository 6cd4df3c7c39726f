namespace EfsSharding.Volumes;

/// <summary>One target's try at a write.</summary>
/// <param name="mode">The write's: a new file is published by a link, which leaves the temporary name, any other by a rename.</param>
internal sealed class WriteAttempt(FileWriteMode mode = FileWriteMode.Replace) : ChangeAttempt
{
    private const int Withdrawing = 1;
    private const int Withdrawn = 2;

    private FileVersion _staged;
    private int _isStaged;
    private int _withdrawal;

    /// <summary>Whether the file is published by a link, so that its temporary name is there also when it was.</summary>
    public bool Links => mode == FileWriteMode.CreateNew;

    /// <summary>The server has confirmed that the content is in place.</summary>
    public bool IsPublished => IsDone;

    /// <summary>The whole file is there under its temporary name, or was, and is about to get its own.</summary>
    public bool IsStaged => Volatile.Read(ref _isStaged) != 0;

    /// <summary>
    /// The staged file: its id, time of last modification and size, which getting a name does not change. Unknown before, and where a
    /// volume cannot tell.
    /// </summary>
    public FileVersion Staged => IsStaged ? _staged : default;

    /// <summary>Its change attribute, or time of the last status change, before it got its name, which changes that; 0 when unknown.</summary>
    public ulong StagedChange { get; private set; }

    /// <summary>What was sent to be written and published at once; null when it was not.</summary>
    public SentContent? Sent { get; private set; }

    /// <summary>Its writer has removed the temporary file before that got its name.</summary>
    public bool IsWithdrawn => Volatile.Read(ref _withdrawal) == Withdrawn;

    /// <summary>Its writer may just be removing the temporary file.</summary>
    public bool MayBeWithdrawn => Volatile.Read(ref _withdrawal) == Withdrawing;

    public void MarkPublished() => MarkDone();

    public void SetStaged(FileVersion staged, ulong change = 0)
    {
        _staged = staged;
        StagedChange = change;
        Volatile.Write(ref _isStaged, 1);
    }

    /// <summary>Keeps what is sent in one request, and since when it may have been carried out.</summary>
    public void SetSent(long timestamp, ReadOnlyMemory<byte> content) => Sent ??= new SentContent(timestamp, content);

    /// <summary>The caller may use the memory again.</summary>
    public void ForgetContent() => Sent = Sent is { } sent ? new SentContent(sent.Timestamp, null) : null;

    public override void Renew()
    {
        Sent = null;
        base.Renew();
    }

    /// <summary>Said before the writer removes its temporary file.</summary>
    public void BeginWithdrawal() => Volatile.Write(ref _withdrawal, Withdrawing);

    /// <param name="wasThere">Whether there was one to remove.</param>
    public void EndWithdrawal(bool wasThere) => Volatile.Write(ref _withdrawal, wasThere ? Withdrawn : 0);
}
