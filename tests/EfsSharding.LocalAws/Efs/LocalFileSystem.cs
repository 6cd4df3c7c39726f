namespace EfsSharding.LocalAws;

/// <summary>A file system of the account.</summary>
public sealed class LocalFileSystem
{
    public required string FileSystemId { get; init; }

    public required DateTimeOffset CreationTime { get; init; }

    public string LifeCycleState { get; internal set; } = "available";

    public string? Name { get; init; }

    /// <summary>The only Availability Zone of a One Zone file system; null for a Regional one.</summary>
    public string? OneZone { get; init; }

    public string? OneZoneId { get; init; }
}
