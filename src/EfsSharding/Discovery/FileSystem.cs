namespace EfsSharding;

/// <summary>One file system of a shard map.</summary>
public sealed record FileSystem
{
    /// <summary>The id, <c>fs-…</c>.</summary>
    public required string FileSystemId { get; init; }

    /// <summary>The part that it plays.</summary>
    /// <value><see cref="FileSystemState.Active"/> when the document does not say.</value>
    public FileSystemState State { get; init; }

    /// <summary>Its share of the buckets relative to the others, 0…100.</summary>
    /// <value>1 when the document does not say.</value>
    public int Weight { get; init; } = 1;
}
