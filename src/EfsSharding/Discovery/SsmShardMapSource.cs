using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

namespace EfsSharding.Discovery;

/// <summary>The map in an SSM parameter.</summary>
internal sealed class SsmShardMapSource(IAmazonSimpleSystemsManagement ssm, string parameterName) : IShardMapSource
{
    public string Origin => parameterName;

    public async Task<ShardMapVersion> ReadAsync(CancellationToken cancellationToken)
    {
        // Decryption is ignored for a plain String and needed for a SecureString.
        var request = new GetParameterRequest { Name = parameterName, WithDecryption = true };
        var response = await ssm.GetParameterAsync(request, cancellationToken).ConfigureAwait(false);
        return new ShardMapVersion
        {
            Map = ShardMapCodec.Parse(response.Parameter.Value, parameterName),
            LastModified = response.Parameter.LastModifiedDate is { } modified ? new DateTimeOffset(modified.ToUniversalTime()) : null,
        };
    }
}
