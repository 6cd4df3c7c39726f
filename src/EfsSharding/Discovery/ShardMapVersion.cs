namespace EfsSharding;

/// <summary>A shard map with what its place of publication says of it.</summary>
public sealed record ShardMapVersion
{
    /// <summary>The map.</summary>
    public required ShardMap Map { get; init; }

    /// <summary>When the document was last written, or null where the source does not know.</summary>
    public DateTimeOffset? LastModified { get; init; }
}
