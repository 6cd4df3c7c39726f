namespace EfsSharding.LocalAws;

/// <summary>An ECS service. Its last deployment is the primary one.</summary>
public sealed class LocalService
{
    private readonly List<LocalDeployment> _deployments = [];

    public required string ClusterName { get; init; }

    public required string ServiceName { get; init; }

    public required int DesiredCount { get; init; }

    public string Status { get; internal set; } = "ACTIVE";

    /// <summary><c>ECS</c>, <c>CODE_DEPLOY</c> or <c>EXTERNAL</c>; the others have no deployments that ECS knows of.</summary>
    public string DeploymentController { get; internal set; } = "ECS";

    /// <summary>All deployments that there ever were, the primary one last.</summary>
    public IReadOnlyList<LocalDeployment> Deployments => _deployments;

    internal void Add(LocalDeployment deployment) => _deployments.Add(deployment);
}
