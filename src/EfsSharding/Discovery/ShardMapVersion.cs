namespace EfsSharding;

/// <summary>A shard map with what its place of publication says of it.</summary>
public sealed record ShardMapVersion
{
    /// <summary>The map.</summary>
    public required ShardMap Map { get; init; }

    /// <summary>When the document was last written, or null where the source does not know.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>The options spell it out: nobody published it.</summary>
    internal bool IsFromOptions { get; init; }

    /// <summary>It serves because the published one could not be read.</summary>
    internal bool IsStandIn { get; init; }
}
