using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using EfsSharding.Scaling.Aws.Operations;
using EfsSharding.Scaling.Aws.Runtime;

namespace EfsSharding.Scaling.Aws;

/// <summary>
/// A client of Amazon EFS on AWSSDK.Core: credentials, signatures, retries, clock skew and telemetry are the SDK's. Safe for concurrent
/// use.
/// </summary>
public sealed class ElasticFileSystemClient : AmazonServiceClient, IElasticFileSystem
{
    /// <summary>With the credentials that the SDK finds by itself.</summary>
    /// <param name="config">The Region, the endpoint, the retries.</param>
    /// <exception cref="AmazonClientException">Neither a Region nor an endpoint is configured.</exception>
    public ElasticFileSystemClient(ElasticFileSystemConfig config)
        : base(config)
    {
    }

    /// <summary>With given credentials.</summary>
    /// <param name="credentials">Whose calls these are.</param>
    /// <param name="config">The Region, the endpoint, the retries.</param>
    /// <exception cref="AmazonClientException">Neither a Region nor an endpoint is configured.</exception>
    public ElasticFileSystemClient(AWSCredentials credentials, ElasticFileSystemConfig config)
        : base(credentials, config)
    {
    }

    /// <inheritdoc />
    protected override IServiceMetadata ServiceMetadata => ElasticFileSystemConfig.Identity;

    /// <inheritdoc />
    public async Task<FileSystemDescription> DescribeFileSystemAsync(string fileSystemId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileSystemId);
        var page = await SendAsync(new DescribeFileSystems(fileSystemId), cancellationToken).ConfigureAwait(false);
        return page.FileSystems is [var fileSystem, ..]
            ? fileSystem
            : throw new ElasticFileSystemException(
                $"EFS DescribeFileSystems answered without {fileSystemId}. Check the id, the Region and the account.",
                null, ErrorType.Sender, EfsErrorCode.FileSystemNotFound, null, HttpStatusCode.NotFound);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<MountTargetDescription>> DescribeMountTargetsAsync(
        string fileSystemId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileSystemId);

        // What changes between two pages can be on both of them; the later one knows better.
        var targets = new Dictionary<string, MountTargetDescription>(StringComparer.Ordinal);
        var markers = new HashSet<string>(StringComparer.Ordinal);
        string? marker = null;
        do
        {
            var page = await SendAsync(new DescribeMountTargets(fileSystemId, marker), cancellationToken).ConfigureAwait(false);
            foreach (var target in page.MountTargets ?? [])
            {
                targets[target.MountTargetId] = target;
            }

            marker = string.IsNullOrEmpty(page.NextMarker) ? null : page.NextMarker;
            if (marker is not null && !markers.Add(marker))
            {
                throw new AmazonClientException($"EFS DescribeMountTargets for {fileSystemId} repeats the page marker '{marker}'.");
            }
        }
        while (marker is not null);

        return [.. targets.Values];
    }

    /// <inheritdoc />
    public Task<MountTargetDescription> CreateMountTargetAsync(
        CreateMountTargetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SendAsync(new CreateMountTarget(request), cancellationToken);
    }

    /// <inheritdoc />
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        pipeline.AddSigningAndEndpoint();
    }

    private static ElasticFileSystemException NewException(ErrorReply error, Exception? inner) =>
        new(error.Message, inner, error.Fault, error.Code, error.RequestId, error.StatusCode);

    private async Task<T> SendAsync<T>(AwsOperation<T> operation, CancellationToken cancellationToken)
        where T : class
    {
        var reply = await InvokeAsync<JsonReply<T>>(operation, operation.NewInvokeOptions(NewException), cancellationToken)
            .ConfigureAwait(false);
        return reply.Body!;
    }
}
