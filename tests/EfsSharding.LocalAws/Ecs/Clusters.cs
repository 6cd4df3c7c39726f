namespace EfsSharding.LocalAws.Ecs;

/// <summary>The clusters and their services.</summary>
internal sealed class Clusters(ResourceNames names, LocalAwsOptions options)
{
    private readonly HashSet<string> _clusters = new(StringComparer.Ordinal);
    private readonly List<LocalService> _services = [];
    private int _deployments;

    public LocalService Add(string cluster, string service, int desiredCount, DateTimeOffset createdAt)
    {
        _clusters.Add(cluster);
        var added = new LocalService { ClusterName = cluster, ServiceName = service, DesiredCount = desiredCount };
        added.Add(NewDeployment(createdAt, TimeSpan.Zero));
        _services.Add(added);
        return added;
    }

    /// <param name="cluster">A short name or an ARN; null is the cluster <c>default</c>.</param>
    public string Named(string? cluster)
    {
        var name = ShortName(cluster ?? "default");
        return _clusters.Contains(name) ? name : throw new ServiceError("ClusterNotFoundException", 400, "Cluster not found.");
    }

    public LocalService? Find(string cluster, string service) =>
        _services.Find(s => s.ClusterName == cluster && s.ServiceName == ShortName(service));

    public void Deploy(LocalService service) => service.Add(NewDeployment(options.TimeProvider.GetUtcNow(), options.DeploymentTime));

    private static string ShortName(string nameOrArn) => nameOrArn.Split('/')[^1];

    private LocalDeployment NewDeployment(DateTimeOffset createdAt, TimeSpan takes) => new()
    {
        Id = $"ecs-svc/{NumberOf(ResourceNames.Digits($"deployment/{++_deployments}/{names.Arn("ecs", "")}"))}",
        CreatedAt = createdAt,
        CompletedAt = createdAt + takes,
    };

    private static string NumberOf(string digits) => Convert.ToUInt64(digits[..16], 16).ToString("D20")[..19];
}
