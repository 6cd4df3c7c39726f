namespace EfsSharding;

/// <summary>Where a store path belongs under one shard map.</summary>
public sealed record FileLocation
{
    /// <summary>The store path that was asked for.</summary>
    public required string Path { get; init; }

    /// <summary>The path's bucket, 0…4095.</summary>
    public required int Bucket { get; init; }

    /// <summary>The file system that takes the file, <c>fs-…</c>.</summary>
    public required string FileSystemId { get; init; }

    /// <summary>The mount target of first choice, <c>fsmt-…</c>.</summary>
    public required string MountTargetId { get; init; }

    /// <summary>The file's path on this machine through that mount target, or null when it is not mounted here.</summary>
    public required string? PhysicalPath { get; init; }
}
