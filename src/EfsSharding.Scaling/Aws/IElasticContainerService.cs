using Amazon.Runtime;

namespace EfsSharding.Scaling.Aws;

/// <summary>
/// The two operations of the Amazon ECS API (version 2014-11-13) that a rollout needs. Beside the exception named at each, as from every
/// client of the SDK once its retries are used up: <see cref="HttpRequestException"/> or <see cref="IOException"/> when ECS cannot be
/// reached or the connection breaks, <see cref="TimeoutException"/> when the configured timeout passes,
/// <see cref="AmazonUnmarshallingException"/> when the answer is not one of ECS, and <see cref="AmazonClientException"/> when there are no
/// credentials.
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

    /// <summary>UpdateService with nothing but <c>forceNewDeployment</c>: the same task definition, started again.</summary>
    /// <param name="cluster">The cluster's short name or ARN.</param>
    /// <param name="service">The service's name or ARN.</param>
    /// <param name="forceNewDeployment">Whether to start a new deployment although nothing changed.</param>
    /// <param name="cancellationToken">Ends the call early; the deployment may be started all the same.</param>
    /// <returns>The service after the update, with its new primary deployment.</returns>
    /// <exception cref="ElasticContainerServiceException">ECS refused; <see cref="EcsErrorCode"/> has the codes.</exception>
    Task<ServiceDescription> UpdateServiceAsync(
        string cluster, string service, bool forceNewDeployment, CancellationToken cancellationToken = default);
}
