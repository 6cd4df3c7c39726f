namespace EfsSharding.Scaling.Aws;

/// <summary>One deployment of an ECS service (ECS API, Deployment).</summary>
public sealed record ServiceDeployment
{
    /// <summary>The id, <c>ecs-svc/…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="DeploymentStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The task definition's ARN.</summary>
    public string? TaskDefinition { get; init; }

    /// <summary><c>IN_PROGRESS</c>, <c>COMPLETED</c> or <c>FAILED</c>; null where ECS does not track it.</summary>
    public string? RolloutState { get; init; }

    /// <summary>Why the rollout is in its state, in ECS's words.</summary>
    public string? RolloutStateReason { get; init; }

    /// <summary>How many tasks it should run.</summary>
    public int DesiredCount { get; init; }

    /// <summary>How many of its tasks run.</summary>
    public int RunningCount { get; init; }

    /// <summary>How many of its tasks are about to run.</summary>
    public int PendingCount { get; init; }

    /// <summary>How many of its tasks failed to start, one after another.</summary>
    public int FailedTasks { get; init; }
}
