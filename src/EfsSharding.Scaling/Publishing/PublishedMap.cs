namespace EfsSharding.Scaling.Publishing;

/// <summary>The document that is published now.</summary>
internal sealed record PublishedMap
{
    public required PublishedDocument Document { get; init; }

    /// <summary>The parameter's version: 1, 2, 3, …</summary>
    public required long Version { get; init; }

    /// <summary>When the parameter was last written.</summary>
    public required DateTimeOffset LastModified { get; init; }

    /// <summary><c>String</c>, <c>StringList</c> or <c>SecureString</c>; SSM does not change the type of a parameter.</summary>
    public string? Type { get; init; }

    /// <summary>What SSM takes the value for, for example <c>text</c>.</summary>
    public string? DataType { get; init; }

    public ShardMap Map => Document.Map;

    /// <summary>When the map became what it is. Later versions of the same map do not make it newer.</summary>
    public DateTimeOffset PublishedAt => Document.Mark?.PublishedAt is { } time && time < LastModified ? time : LastModified;

    /// <summary>The services that were deployed for this map.</summary>
    public IReadOnlyList<string> RolledOut => Document.Mark?.RolledOut ?? [];

    /// <summary>The first version that its writer did not know and wrote over; null when there is none, or nobody can tell.</summary>
    /// <remarks>Of a text that somebody put back, the first version after the one that it continued at first.</remarks>
    public long? FirstCovered => Document.Mark is { Continues: { } continues } && continues >= 0 && continues < Version - 1 ? continues + 1 : null;
}
