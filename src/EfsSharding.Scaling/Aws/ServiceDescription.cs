namespace EfsSharding.Scaling.Aws;

/// <summary>An ECS service as DescribeServices and UpdateService tell of it (ECS API, Service), as far as a rollout needs it.</summary>
public sealed record ServiceDescription
{
    /// <summary>The full Amazon resource name.</summary>
    public required string ServiceArn { get; init; }

    /// <summary>The name.</summary>
    public required string ServiceName { get; init; }

    /// <summary><c>ACTIVE</c>, <c>DRAINING</c> or <c>INACTIVE</c>.</summary>
    public required string Status { get; init; }

    /// <summary>How many tasks there should be.</summary>
    public int DesiredCount { get; init; }

    /// <summary>How many tasks run.</summary>
    public int RunningCount { get; init; }

    /// <summary>How many tasks are about to run.</summary>
    public int PendingCount { get; init; }

    /// <summary>What runs its deployments; null when ECS does not say, which is ECS itself then.</summary>
    public DeploymentController? DeploymentController { get; init; }

    /// <summary>
    /// The deployments: one <see cref="DeploymentStatus.Primary"/> and those that it replaces. Empty for a service whose deployments ECS
    /// does not run (deployment controller <c>CODE_DEPLOY</c> or <c>EXTERNAL</c>).
    /// </summary>
    public IReadOnlyList<ServiceDeployment> Deployments
    {
        get;

        // The serializer sets null where the reply has no such member.
        init => field = value ?? [];
    } = [];
}
