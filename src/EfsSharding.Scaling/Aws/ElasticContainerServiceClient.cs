using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using EfsSharding.Scaling.Aws.Operations;
using EfsSharding.Scaling.Aws.Runtime;

namespace EfsSharding.Scaling.Aws;

/// <summary>
/// A client of Amazon ECS on AWSSDK.Core: credentials, signatures, retries, clock skew and telemetry are the SDK's. Safe for concurrent
/// use.
/// </summary>
public sealed class ElasticContainerServiceClient : AmazonServiceClient, IElasticContainerService
{
    /// <summary>With the credentials that the SDK finds by itself.</summary>
    /// <param name="config">The Region, the endpoint, the retries.</param>
    /// <exception cref="AmazonClientException">Neither a Region nor an endpoint is configured.</exception>
    public ElasticContainerServiceClient(ElasticContainerServiceConfig config)
        : base(config)
    {
    }

    /// <summary>With given credentials.</summary>
    /// <param name="credentials">Whose calls these are.</param>
    /// <param name="config">The Region, the endpoint, the retries.</param>
    /// <exception cref="AmazonClientException">Neither a Region nor an endpoint is configured.</exception>
    public ElasticContainerServiceClient(AWSCredentials credentials, ElasticContainerServiceConfig config)
        : base(credentials, config)
    {
    }

    /// <inheritdoc />
    protected override IServiceMetadata ServiceMetadata => ElasticContainerServiceConfig.Identity;

    /// <inheritdoc />
    public async Task<ServiceDescription> DescribeServiceAsync(
        string cluster, string service, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(cluster);
        ArgumentException.ThrowIfNullOrEmpty(service);
        var reply = await SendAsync(new DescribeServices(cluster, service), cancellationToken).ConfigureAwait(false);
        if (reply.Services is [var found, ..])
        {
            return found;
        }

        var reason = reply.Failures is [{ Reason.Length: > 0 } failure, ..] ? failure.Reason : EcsErrorCode.Missing;
        throw new ElasticContainerServiceException(
            $"ECS has no service {service} in cluster {cluster} ({reason}). Check both names, the Region and the account.",
            null, ErrorType.Sender, reason, null, HttpStatusCode.OK);
    }

    /// <inheritdoc />
    public async Task<ServiceDescription> UpdateServiceAsync(
        string cluster, string service, bool forceNewDeployment, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(cluster);
        ArgumentException.ThrowIfNullOrEmpty(service);
        var reply = await SendAsync(new UpdateService(cluster, service, forceNewDeployment), cancellationToken).ConfigureAwait(false);
        return reply.Service;
    }

    /// <inheritdoc />
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        pipeline.AddSigningAndEndpoint();
    }

    private static ElasticContainerServiceException NewException(ErrorReply error, Exception? inner) =>
        new(error.Message, inner, error.Fault, error.Code, error.RequestId, error.StatusCode);

    private async Task<T> SendAsync<T>(AwsOperation<T> operation, CancellationToken cancellationToken)
        where T : class
    {
        var reply = await InvokeAsync<JsonReply<T>>(operation, operation.NewInvokeOptions(NewException), cancellationToken)
            .ConfigureAwait(false);
        return reply.Body!;
    }
}
