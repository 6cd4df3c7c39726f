namespace EfsSharding;

/// <summary>What is known of a file without reading it.</summary>
public sealed record StoredFileInfo
{
    /// <summary>The store path.</summary>
    public required string Path { get; init; }

    /// <summary>The length in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The time of the last modification, UTC, as the file system tells it.</summary>
    public required DateTimeOffset LastModified { get; init; }
}
