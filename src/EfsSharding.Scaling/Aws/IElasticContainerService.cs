using Amazon.Runtime;

namespace EfsSharding.Scaling.Aws;

/// <summary>
/// The two operations of the Amazon ECS API (version 2014-11-13) that a rollout needs. Every method throws
/// <see cref="ElasticContainerServiceException"/> when ECS answers with an error and <see cref="AmazonClientException"/> when it cannot be asked.
/// </summary>
public interface IElasticContainerService
{
    /// <summary>DescribeServices, for one service.</summary>
    /// <param name="cluster">The cluster's short name or ARN.</param>
    /// <param name="service">The service's name or ARN.</param>
    /// <param name="cancellationToken">Ends the call early.</param>
    /// <exception cref="ElasticContainerServiceException">ECS refused; <c>ClusterNotFoundException</c> when there is no such cluster, and
    /// <c>MISSING</c> (the reason that ECS gives in an answer of status 200) when the cluster has no such service.</exception>
    Task<ServiceDescription> DescribeServiceAsync(string cluster, string service, CancellationToken cancellationToken = default);

    /// <summary>UpdateService with nothing but <c>forceNewDeployment</c>: the same task definition, started anew.</summary>
    /// <param name="cluster">The cluster's short name or ARN.</param>
    /// <param name="service">The service's name or ARN.</param>
    /// <param name="forceNewDeployment">Whether to start a new deployment although nothing changed.</param>
    /// <param name="cancellationToken">Ends the call early; the deployment may be started all the same.</param>
    /// <returns>The service after the update, with its new primary deployment.</returns>
    /// <exception cref="ElasticContainerServiceException">ECS refused; <see cref="EcsErrorCode"/> has the codes.</exception>
    Task<ServiceDescription> UpdateServiceAsync(
        string cluster, string service, bool forceNewDeployment, CancellationToken cancellationToken = default);
}
