namespace EfsSharding.LocalAws;

/// <summary>
/// A fault, and the calls that meet it. A call is what the caller of the SDK asked for; the SDK may make several requests (attempts) of it,
/// which carry one invocation id. Calls are counted from the moment that the fault is added.
/// </summary>
public sealed record InjectedFault
{
    /// <summary><c>ssm</c>, <c>efs</c>, <c>ec2</c> or <c>ecs</c>.</summary>
    /// <value>Null: any service.</value>
    public string? Service { get; init; }

    /// <summary>For example <c>CreateMountTarget</c>.</summary>
    /// <value>Null: any operation.</value>
    public string? Operation { get; init; }

    /// <summary>Which of the matching calls is the first to meet the fault, from 1.</summary>
    public int Nth { get; init; } = 1;

    /// <summary>How many calls in a row meet it.</summary>
    public int Times { get; init; } = 1;

    /// <summary>How many attempts of each of those calls meet it; the next attempt goes well.</summary>
    /// <value>Null: every attempt, so that retrying does not help.</value>
    public int? Attempts { get; init; }

    public FaultKind Kind { get; init; } = FaultKind.Error;

    /// <summary>Before or after the effect. <see cref="FaultKind.Delay"/> before the effect delays the effect too.</summary>
    public FaultTiming Timing { get; init; } = FaultTiming.Before;

    /// <summary>For <see cref="FaultKind.Error"/>.</summary>
    public string ErrorCode { get; init; } = "InternalServerError";

    /// <summary>For <see cref="FaultKind.Error"/> and <see cref="FaultKind.Html"/>.</summary>
    /// <value>Null: the status that the service's API models for the code, else 400.</value>
    public int? StatusCode { get; init; }

    /// <summary>For <see cref="FaultKind.Error"/>.</summary>
    public string? Message { get; init; }

    /// <summary>For <see cref="FaultKind.Delay"/>; <see cref="Timeout.InfiniteTimeSpan"/> for a call that is never answered.</summary>
    public TimeSpan Delay { get; init; }
}
