using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Publishing;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Rollout;

/// <summary>Starts the tasks of the service anew when they were started before the map was published.</summary>
internal sealed class ServiceRollout(IElasticContainerService ecs, EfsScalingOptions options, ILogger<ServiceRollout> logger)
{
    public bool IsConfigured => !string.IsNullOrEmpty(options.ServiceName);

    /// <param name="published">The map, with the time of its publication.</param>
    /// <param name="isNew">Whether it was published by this run, so that a deployment of the very same time is older.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether a deployment is wanted.</returns>
    /// <exception cref="ScalingException">ECS runs no deployments of the service.</exception>
    public async Task<bool> IsDueAsync(PublishedMap published, bool isNew, CancellationToken cancellationToken)
    {
        var service = await ecs.DescribeServiceAsync(options.ClusterName!, options.ServiceName!, cancellationToken).ConfigureAwait(false);
        var primary = service.Deployments.FirstOrDefault(deployment => deployment.Status == DeploymentStatus.Primary)
            ?? throw new ScalingException(
                $"The service {options.ServiceName} of cluster {options.ClusterName} is {service.Status} and has no primary deployment. "
                + "Check the name; a service with another deployment controller than ECS must be deployed by that one: leave ClusterName and ServiceName out.");
        return primary.CreatedAt < published.LastModified || (isNew && primary.CreatedAt == published.LastModified);
    }

    public async Task DeployAsync(CancellationToken cancellationToken)
    {
        await ecs.UpdateServiceAsync(options.ClusterName!, options.ServiceName!, forceNewDeployment: true, cancellationToken).ConfigureAwait(false);
        logger.DeploymentForced(options.ClusterName!, options.ServiceName!);
    }
}
