namespace EfsSharding.TestSupport.Scripted;

/// <summary>A file, directory or symbolic link of the in-memory tree.</summary>
internal sealed class Inode(ulong id, InodeType type, TimeProvider time)
{
    private ulong _lastCookie = 2;
    private DateTimeOffset _modified = time.GetUtcNow();

    public ulong Id { get; } = id;

    public InodeType Type { get; } = type;

    /// <summary>Tells apart files that had one id.</summary>
    public uint Birth { get; init; }

    public uint Mode { get; set; } = type == InodeType.Directory ? 0x1EDu : 0x1A4u;

    public uint Links { get; set; } = type == InodeType.Directory ? 2u : 1u;

    public ulong Change { get; set; } = 1;

    /// <summary>When the content changed last. Setting it sets <see cref="Changed"/> too: a test makes the whole file as old as that.</summary>
    public DateTimeOffset Modified
    {
        get => _modified;
        set => _modified = Changed = value;
    }

    /// <summary>When content, names or attributes changed last (time_metadata).</summary>
    public DateTimeOffset Changed { get; private set; } = time.GetUtcNow();

    public byte[] Content { get; set; } = [];

    /// <summary>A size that it says to have, whatever there is.</summary>
    public ulong? StatedSize { get; set; }

    /// <summary>Why READDIR gives no attributes of it (rdattr_error); OK: it gives none and says nothing.</summary>
    public Nfs4Stat? ReadDirError { get; set; }

    /// <summary>Seconds since 1970 that it says to have been modified at.</summary>
    public long? StatedModified { get; set; }

    /// <summary>What a restart leaves, while UNSTABLE4 data waits for its COMMIT.</summary>
    public byte[]? Stable { get; set; }

    /// <summary>The verifier of the EXCLUSIVE4_1 open that made it.</summary>
    public ulong? Verifier { get; set; }

    public Inode? Parent { get; set; }

    public SortedList<ulong, (string Name, Inode Inode)> ByCookie { get; } = [];

    private readonly Dictionary<string, ulong> _cookies = [];

    public Inode? Find(string name) => _cookies.TryGetValue(name, out var cookie) ? ByCookie[cookie].Inode : null;

    public void Put(string name, Inode inode)
    {
        Take(name);
        _cookies[name] = ++_lastCookie;
        ByCookie[_lastCookie] = (name, inode);
        inode.NoteChange();
        NoteEntries();
        if (inode.Type == InodeType.Directory)
        {
            inode.Parent = this;
        }
    }

    public void Take(string name)
    {
        if (_cookies.Remove(name, out var cookie))
        {
            var taken = ByCookie[cookie];
            ByCookie.Remove(cookie);
            taken.Inode.NoteChange();
            NoteEntries();
        }
    }

    /// <summary>A name or an attribute changed.</summary>
    public void NoteChange()
    {
        Change++;
        Changed = time.GetUtcNow();
    }

    private void NoteEntries()
    {
        Change++;
        Modified = time.GetUtcNow();
    }

    public void Write(ulong offset, ReadOnlySpan<byte> data, bool stable)
    {
        if (stable)
        {
            Content = Written(Content, offset, data);
            Stable = Stable is null ? null : Written(Stable, offset, data);
        }
        else
        {
            Stable ??= Content;
            Content = Written(Content, offset, data);
        }

        Change++;
    }

    public void Resize(ulong length)
    {
        var content = Content;
        Array.Resize(ref content, (int)length);
        Content = content;
        Stable = null;
        Change++;
    }

    private static byte[] Written(byte[] content, ulong offset, ReadOnlySpan<byte> data)
    {
        var result = new byte[Math.Max(content.Length, (int)offset + data.Length)];
        content.CopyTo(result, 0);
        data.CopyTo(result.AsSpan((int)offset));
        return result;
    }
}
