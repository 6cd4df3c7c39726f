using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

namespace EfsSharding.Discovery;

/// <summary>The map in an SSM parameter.</summary>
/// <param name="connect">Makes the client; called at each read until it succeeds, as without a region there is none.</param>
/// <param name="parameterName">The parameter.</param>
internal sealed class SsmShardMapSource(Func<IAmazonSimpleSystemsManagement> connect, string parameterName) : IShardMapSource
{
    private IAmazonSimpleSystemsManagement? _ssm;

    public string Origin => parameterName;

    public async Task<ShardMapVersion> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(_ssm ??= await ConnectAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or TimeoutException or ArgumentException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IOException($"The shard map cannot be read from the SSM parameter '{parameterName}': {e.Message.TrimEnd('.')}. {AdviceOn(e)}", e);
        }
    }

    /// <summary>Where no region is set the SDK asks the machine's metadata, and blocks for as long as these do not answer: not the caller, and no thread of the pool.</summary>
    private Task<IAmazonSimpleSystemsManagement> ConnectAsync(CancellationToken cancellationToken) =>
        Task.Factory.StartNew(connect, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancellationToken);

    private static string AdviceOn(Exception e) => e switch
    {
        ParameterNotFoundException => "Publish the map (run the scaler once), or correct EfsShardingOptions.ParameterName or the region.",
        AmazonServiceException { ErrorCode: "AccessDeniedException" } => "Grant this identity ssm:GetParameter on it, and kms:Decrypt if it is a SecureString.",
        AmazonServiceException { ErrorCode: "ExpiredTokenException" or "UnrecognizedClientException" or "InvalidClientTokenId" } => "Renew the AWS credentials of this process.",
        AmazonServiceException => "Check the parameter and the state of SSM in this region.",
        _ => "Check that AWS_REGION is set, that this process has credentials (a task or instance role), and that it reaches SSM: a NAT gateway or an endpoint of the VPC.",
    };

    private async Task<ShardMapVersion> ReadAsync(IAmazonSimpleSystemsManagement ssm, CancellationToken cancellationToken)
    {
        // Decryption is ignored for a plain String and needed for a SecureString.
        var request = new GetParameterRequest { Name = parameterName, WithDecryption = true };
        var response = await ssm.GetParameterAsync(request, cancellationToken).ConfigureAwait(false);
        return new ShardMapVersion
        {
            Map = ShardMapCodec.Parse(response.Parameter?.Value ?? "", parameterName),
            LastModified = response.Parameter?.LastModifiedDate is { } modified ? new DateTimeOffset(modified.ToUniversalTime()) : null,
        };
    }
}
