namespace EfsSharding;

/// <summary>How long requests of one kind took, one after another.</summary>
public sealed record NfsRequestLatency
{
    /// <summary>
    /// The kind: <c>connect</c> (TCP, TLS and session), <c>sequence</c> (a round trip that does nothing), <c>getattr</c>,
    /// <c>readdir</c>, and of scratch files <c>create</c>, <c>replace</c>, <c>read</c>, <c>stat</c>, <c>append</c>, <c>delete</c>,
    /// <c>write_large</c>, <c>read_large</c>.
    /// </summary>
    public required string Request { get; init; }

    /// <summary>Bytes of the file, or 0 where there is none.</summary>
    public required int Bytes { get; init; }

    /// <summary>How often it was measured.</summary>
    public required int Samples { get; init; }

    /// <summary>The shortest.</summary>
    public required TimeSpan Shortest { get; init; }

    /// <summary>The median.</summary>
    public required TimeSpan Median { get; init; }

    /// <summary>The longest.</summary>
    public required TimeSpan Longest { get; init; }

    /// <summary>Compounds for each, without those that nobody waits for: closes, and the removal of temporary names. Null for <c>connect</c>, whose are not counted.</summary>
    public required double? RoundTrips { get; init; }
}
