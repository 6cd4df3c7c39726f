namespace EfsSharding;

/// <summary>What is known of a file without reading it.</summary>
public sealed record StoredFileInfo
{
    /// <summary>The store path.</summary>
    public required string Path { get; init; }

    /// <summary>The length in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>
    /// Which file this is and which state of it, for changes on the condition that it is still so. A text to be kept and compared as it is; one that was had through a
    /// kernel mount means nothing to direct NFS. Over a directory it is made of inode, time of the last change and size, whose clock ticks every few milliseconds.
    /// </summary>
    /// <value>Null where the file system does not tell.</value>
    public string? Version { get; init; }

    /// <summary>The time of the last modification, UTC, as the file system tells it.</summary>
    public required DateTimeOffset LastModified { get; init; }
}
