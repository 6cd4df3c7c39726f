namespace EfsSharding.Scaling.Publishing;

/// <summary>The document that is published now.</summary>
internal sealed record PublishedMap
{
    public required ShardMap Map { get; init; }

    /// <summary>When a mount target was last added to it; null when it does not say.</summary>
    public required DateTimeOffset? LastAddition { get; init; }

    /// <summary>The parameter's version: 1, 2, 3, …</summary>
    public required long Version { get; init; }

    /// <summary>When the parameter was last written.</summary>
    public required DateTimeOffset LastModified { get; init; }
}
