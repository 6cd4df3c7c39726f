namespace EfsSharding.LocalAws;

/// <summary>One request that the server saw; the SDK's retries are requests of their own.</summary>
public sealed record LoggedCall
{
    /// <summary>1, 2, 3, … in the order of the answers.</summary>
    public required int Sequence { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary><c>ssm</c>, <c>efs</c>, <c>ec2</c> or <c>ecs</c>; null when the signature named none of them.</summary>
    public string? Service { get; init; }

    public string? Operation { get; init; }

    /// <summary>The id that the reply carried.</summary>
    public required string RequestId { get; init; }

    /// <summary>The id that the SDK gave the call, the same for all its retries.</summary>
    public string? InvocationId { get; init; }

    /// <summary>What changed, for example <c>created fsmt-…</c>; null when nothing did.</summary>
    public string? Effect { get; init; }

    /// <summary>The HTTP status of the reply; 0 when the connection was cut before it.</summary>
    public required int StatusCode { get; init; }

    public string? ErrorCode { get; init; }

    /// <summary>The fault that was injected, if one was.</summary>
    public FaultKind? Fault { get; init; }

    public override string ToString() =>
        $"#{Sequence} {Service}:{Operation} {StatusCode}{(ErrorCode is null ? "" : " " + ErrorCode)}{(Effect is null ? "" : " " + Effect)}"
        + (Fault is null ? "" : $" [{Fault}]");
}
