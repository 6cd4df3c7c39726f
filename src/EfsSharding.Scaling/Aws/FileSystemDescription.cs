namespace EfsSharding.Scaling.Aws;

/// <summary>A file system as EFS describes it (EFS API, FileSystemDescription), as far as scaling needs it.</summary>
public sealed record FileSystemDescription
{
    /// <summary>The id, <c>fs-…</c>.</summary>
    public required string FileSystemId { get; init; }

    /// <summary>
    /// One of <see cref="EfsLifeCycleState"/>, or a state that EFS added since. Only an available file system takes mount targets.
    /// </summary>
    public required string LifeCycleState { get; init; }

    /// <summary>The name tag, if it has one.</summary>
    public string? Name { get; init; }

    /// <summary>How many mount targets it has, whatever their state.</summary>
    public int NumberOfMountTargets { get; init; }

    /// <summary>The only Availability Zone of a One Zone file system, by name; null for a Regional one.</summary>
    public string? AvailabilityZoneName { get; init; }

    /// <summary>The only Availability Zone of a One Zone file system, by id; null for a Regional one.</summary>
    public string? AvailabilityZoneId { get; init; }
}
