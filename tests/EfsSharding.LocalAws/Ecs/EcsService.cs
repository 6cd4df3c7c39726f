using System.Text.Json.Nodes;
using EfsSharding.LocalAws.Http;

namespace EfsSharding.LocalAws.Ecs;

/// <summary>ECS's DescribeServices and UpdateService.</summary>
internal sealed class EcsService(Clusters clusters, ResourceNames names, LocalAwsOptions options) : IAwsService
{
    private const int MaxServices = 10;
    private static readonly string[] Operations = ["DescribeServices", "UpdateService"];

    public string Name => "ecs";

    public string SigningName => "ecs";

    public ServiceError Throttled => new("ThrottlingException", 400, "Rate exceeded");

    public string? OperationOf(AwsRequest request) =>
        AwsJson11.OperationOf(request, "AmazonEC2ContainerServiceV20141113") is { } operation && Operations.Contains(operation)
            ? operation
            : null;

    public int StatusOf(string errorCode) => errorCode is "ServerException" or "InternalServerError" or "InternalFailure" ? 500 : 400;

    public AwsReply Refuse(ServiceError error, string requestId) => AwsJson11.Refuse(error);

    public AwsReply Invoke(string operation, AwsRequest request, string requestId)
    {
        var body = request.Json(AwsJson11.Malformed);
        var cluster = clusters.Named(body["cluster"]?.GetValue<string>());
        return operation == "DescribeServices" ? Describe(cluster, body) : Update(cluster, body);
    }

    private AwsReply Describe(string cluster, JsonObject body)
    {
        var wanted = (body["services"] as JsonArray ?? []).Select(node => node!.GetValue<string>()).ToList();
        if (wanted.Count is 0 or > MaxServices)
        {
            throw new ServiceError("InvalidParameterException", 400, $"Services must be 1 to {MaxServices}.");
        }

        var found = new JsonArray();
        var failures = new JsonArray();
        foreach (var name in wanted)
        {
            if (clusters.Find(cluster, name) is { } service)
            {
                found.Add((JsonNode)Describe(service));
            }
            else
            {
                failures.Add((JsonNode)new JsonObject { ["arn"] = ServiceArn(cluster, name.Split('/')[^1]), ["reason"] = "MISSING" });
            }
        }

        return AwsReply.Json(new JsonObject { ["services"] = found, ["failures"] = failures }, AwsJson11.ContentType);
    }

    private AwsReply Update(string cluster, JsonObject body)
    {
        var name = body["service"]?.GetValue<string>() ?? throw new ServiceError("InvalidParameterException", 400, "Service is missing.");
        var service = clusters.Find(cluster, name) ?? throw new ServiceError("ServiceNotFoundException", 400, "Service not found.");
        if (service.Status != "ACTIVE")
        {
            throw new ServiceError("ServiceNotActiveException", 400, "Service was not ACTIVE.");
        }

        if (service.DeploymentController != "ECS")
        {
            throw new ServiceError("InvalidParameterException", 400, $"Unable to force a new deployment of a service with a {service.DeploymentController} deployment controller.");
        }

        string? effect = null;
        if (body["forceNewDeployment"]?.GetValue<bool>() ?? false)
        {
            clusters.Deploy(service);
            effect = $"deployed {service.Deployments[^1].Id} of {service.ServiceName}";
        }

        return AwsReply.Json(new JsonObject { ["service"] = Describe(service) }, AwsJson11.ContentType, effect);
    }

    private JsonObject Describe(LocalService service)
    {
        var now = options.TimeProvider.GetUtcNow();
        var primary = service.Deployments[^1];
        var replacing = now < primary.CompletedAt;
        IEnumerable<LocalDeployment> live = service.DeploymentController != "ECS" ? [] : replacing ? service.Deployments.Reverse().Take(2) : [primary];
        return new JsonObject
        {
            ["serviceArn"] = ServiceArn(service.ClusterName, service.ServiceName),
            ["serviceName"] = service.ServiceName,
            ["clusterArn"] = names.Arn("ecs", $"cluster/{service.ClusterName}"),
            ["status"] = service.Status,
            ["desiredCount"] = service.DesiredCount,
            ["runningCount"] = service.DesiredCount,
            ["pendingCount"] = 0,
            ["taskDefinition"] = TaskDefinition(service),
            ["launchType"] = "FARGATE",
            ["deploymentController"] = new JsonObject { ["type"] = service.DeploymentController },
            ["deployments"] = new JsonArray([.. live.Select(d => Describe(service, d, primary: d == primary, replacing))]),
        };
    }

    private JsonObject Describe(LocalService service, LocalDeployment deployment, bool primary, bool replacing)
    {
        var running = primary == replacing ? 0 : service.DesiredCount;
        return new JsonObject
        {
            ["id"] = deployment.Id,
            ["status"] = primary ? "PRIMARY" : "ACTIVE",
            ["taskDefinition"] = TaskDefinition(service),
            ["desiredCount"] = primary ? service.DesiredCount : 0,
            ["pendingCount"] = primary ? service.DesiredCount - running : 0,
            ["runningCount"] = running,
            ["failedTasks"] = 0,
            ["createdAt"] = AwsJson11.Seconds(deployment.CreatedAt),
            ["updatedAt"] = AwsJson11.Seconds(primary && replacing ? deployment.CreatedAt : deployment.CompletedAt),
            ["launchType"] = "FARGATE",
            ["rolloutState"] = primary && replacing ? "IN_PROGRESS" : "COMPLETED",
            ["rolloutStateReason"] = $"ECS deployment {deployment.Id} {(primary && replacing ? "in progress" : "completed")}.",
        };
    }

    private string TaskDefinition(LocalService service) => names.Arn("ecs", $"task-definition/{service.ServiceName}:1");

    private string ServiceArn(string cluster, string service) => names.Arn("ecs", $"service/{cluster}/{service}");
}
