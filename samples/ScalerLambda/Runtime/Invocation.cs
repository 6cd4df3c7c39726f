namespace ScalerLambda.Runtime;

/// <summary>One event that Lambda wants handled.</summary>
internal sealed record Invocation
{
    public required string RequestId { get; init; }

    /// <summary>When Lambda stops the function.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>The X-Ray header to pass on, or null.</summary>
    public string? TraceId { get; init; }
}
