namespace EfsSharding.LocalAws;

/// <summary>An ECS service. Its last deployment is the primary one.</summary>
public sealed class LocalService
{
    private readonly List<LocalDeployment> _deployments = [];

    public required string ClusterName { get; init; }

    public required string ServiceName { get; init; }

    public required int DesiredCount { get; init; }

    public string Status { get; internal set; } = "ACTIVE";

    /// <summary>All deployments that there ever were, the primary one last.</summary>
    public IReadOnlyList<LocalDeployment> Deployments => _deployments;

    internal void Add(LocalDeployment deployment) => _deployments.Add(deployment);
}
