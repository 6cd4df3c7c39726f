using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Diagnostics;
using EfsSharding.Scaling.Publishing;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Rollout;

/// <summary>Starts new tasks of the service when its tasks were started before the map was published, once for each map.</summary>
internal sealed class ServiceRollout(IElasticContainerService ecs, EfsScalingOptions options, ILogger<ServiceRollout> logger)
{
    private const string Active = "ACTIVE";

    public bool IsConfigured => !string.IsNullOrEmpty(options.ServiceName);

    /// <param name="published">The map, with the time of its publication; null when none is published.</param>
    /// <param name="isNew">Whether it was published by this run, so that a deployment of the very same time is older.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScalingException">The service cannot be deployed like this.</exception>
    public async Task<RolloutState> LookAsync(PublishedMap? published, bool isNew, CancellationToken cancellationToken)
    {
        var service = await ecs.DescribeServiceAsync(options.ClusterName!, options.ServiceName!, cancellationToken).ConfigureAwait(false);
        var primary = PrimaryOf(service);
        var name = $"{Last(options.ClusterName!)}/{Last(service.ServiceName)}";
        if (published is null || primary.CreatedAt > published.PublishedAt || (primary.CreatedAt == published.PublishedAt && !isNew))
        {
            return new RolloutState(name, IsDue: false, $"{options.ServiceName} was deployed after the map was published");
        }

        return published.RolledOut.Contains(name)
            ? new RolloutState(
                name,
                IsDue: false,
                $"a deployment of {options.ServiceName} for this map was forced already, and ECS went back to {primary.Id} from before it"
                + $"{(primary.RolloutStateReason is { Length: > 0 } reason ? $" ({reason.TrimEnd('.')})" : "")}; it is not forced again: see why its tasks do not start, and deploy it")
            : new RolloutState(name, IsDue: true, "");
    }

    public async Task DeployAsync(CancellationToken cancellationToken)
    {
        await ecs.UpdateServiceAsync(options.ClusterName!, options.ServiceName!, forceNewDeployment: true, cancellationToken).ConfigureAwait(false);
        logger.DeploymentForced(options.ClusterName!, options.ServiceName!);
    }

    private ServiceDeployment PrimaryOf(ServiceDescription service)
    {
        var what = $"The service {options.ServiceName} of cluster {options.ClusterName}";
        if (service.DeploymentController is { Type: not DeploymentController.Ecs } controller)
        {
            throw new ScalingException(
                $"{what} has the deployment controller {controller.Type}, so that ECS forces no deployment of it. Leave ClusterName and ServiceName out: "
                + "the tasks pick the map up by themselves, and what deploys the service can start new ones.");
        }

        if (service.Status != Active)
        {
            throw new ScalingException($"{what} is {service.Status} and takes no deployment. Check both names, or leave ClusterName and ServiceName out.");
        }

        return service.Deployments.FirstOrDefault(deployment => deployment.Status == DeploymentStatus.Primary)
            ?? throw new ScalingException(
                $"{what} is {service.Status} and has no primary deployment. "
                + "Check the name; a service with another deployment controller than ECS must be deployed by that one: leave ClusterName and ServiceName out.");
    }

    private static string Last(string nameOrArn) => nameOrArn[(nameOrArn.LastIndexOf('/') + 1)..];
}
