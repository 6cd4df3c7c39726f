using System.Globalization;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

namespace EfsSharding.Scaling.Publishing;

/// <summary>The SSM parameter that holds the shard map.</summary>
internal sealed class MapParameter(IAmazonSimpleSystemsManagement ssm, EfsScalingOptions options)
{
    public string Name => options.ParameterName;

    /// <returns>Null when there is no such parameter.</returns>
    /// <exception cref="ShardMapFormatException">The document is broken.</exception>
    public Task<PublishedMap?> ReadAsync(CancellationToken cancellationToken) => ReadAsync(Name, cancellationToken);

    /// <returns>Null when SSM no longer keeps that version.</returns>
    /// <exception cref="ShardMapFormatException">The document is broken.</exception>
    public Task<PublishedMap?> ReadVersionAsync(long version, CancellationToken cancellationToken) =>
        ReadAsync(string.Create(CultureInfo.InvariantCulture, $"{Name}:{version}"), cancellationToken);

    /// <returns>The version that was written, or null when the parameter was to be made and is there already.</returns>
    public async Task<long?> WriteAsync(string json, bool create, CancellationToken cancellationToken)
    {
        var request = new PutParameterRequest
        {
            Name = Name,
            Value = json,
            Overwrite = !create,

            // An advanced parameter cannot become a standard one; intelligent tiering keeps it and is standard otherwise.
            Tier = json.Length > ShardMapCodec.StandardTierLimit ? ParameterTier.Advanced : ParameterTier.IntelligentTiering,
            Type = ParameterType.String,
        };
        try
        {
            var response = await ssm.PutParameterAsync(request, cancellationToken).ConfigureAwait(false);
            return response.Version ?? 0;
        }
        catch (ParameterAlreadyExistsException) when (create)
        {
            return null;
        }
    }

    private async Task<PublishedMap?> ReadAsync(string selector, CancellationToken cancellationToken)
    {
        try
        {
            var response = await ssm.GetParameterAsync(new GetParameterRequest { Name = selector }, cancellationToken).ConfigureAwait(false);
            var (map, lastAddition) = PublishedDocument.Parse(response.Parameter.Value, Name);
            return new PublishedMap
            {
                Map = map,
                LastAddition = lastAddition,
                Version = response.Parameter.Version ?? 0,
                LastModified = new DateTimeOffset((response.Parameter.LastModifiedDate ?? DateTime.UnixEpoch).ToUniversalTime()),
            };
        }
        catch (Exception e) when (e is ParameterNotFoundException or ParameterVersionNotFoundException)
        {
            return null;
        }
    }
}
