using System.Globalization;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

namespace EfsSharding.Scaling.Publishing;

/// <summary>The SSM parameter that holds the shard map. What kind of parameter it is stays as it is found.</summary>
internal sealed class MapParameter(IAmazonSimpleSystemsManagement ssm, EfsScalingOptions options, TimeProvider timeProvider)
{
    private const int MaxAttempts = 5;

    /// <summary>SSM takes one change of a parameter at a time.</summary>
    private const string TooManyUpdates = "TooManyUpdates";

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);

    public string Name => options.ParameterName;

    /// <returns>Null when there is no such parameter.</returns>
    /// <exception cref="ShardMapFormatException">The document is broken.</exception>
    /// <exception cref="ScalingException">SSM refuses; says which call.</exception>
    public Task<PublishedMap?> ReadAsync(CancellationToken cancellationToken) => ReadAsync(Name, cancellationToken);

    /// <returns>Null when SSM does not keep that version, or does not show it yet.</returns>
    /// <exception cref="ShardMapFormatException">The document is broken.</exception>
    /// <exception cref="ScalingException">SSM refuses; says which call.</exception>
    public Task<PublishedMap?> ReadVersionAsync(long version, CancellationToken cancellationToken) =>
        ReadAsync(string.Create(CultureInfo.InvariantCulture, $"{Name}:{version}"), cancellationToken);

    /// <param name="json">The document.</param>
    /// <param name="current">What is published; null when the parameter is to be made.</param>
    /// <param name="cancellationToken">Gives up; the parameter may be written all the same.</param>
    /// <returns>The version that was written, or null when the parameter was to be made and is there already.</returns>
    /// <exception cref="ScalingException">SSM refuses; says which call.</exception>
    public async Task<long?> WriteAsync(string json, PublishedMap? current, CancellationToken cancellationToken)
    {
        var request = new PutParameterRequest
        {
            Name = Name,
            Value = json,
            Overwrite = current is not null,
            Tier = json.Length > ShardMapCodec.StandardTierLimit ? ParameterTier.Advanced : ParameterTier.IntelligentTiering,
            Type = current?.Type ?? ParameterType.String,
            DataType = current?.Type is null || current.Type == ParameterType.String ? current?.DataType : null,
        };
        if (current?.Type == ParameterType.SecureString)
        {
            await KeepAsync(request, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return (await PutAsync(request, cancellationToken).ConfigureAwait(false)).Version ?? 0;
        }
        catch (ParameterAlreadyExistsException) when (current is null)
        {
            return null;
        }
        catch (AmazonServiceException e)
        {
            throw Refused($"PutParameter of '{Name}'", e);
        }
    }

    private async Task<PutParameterResponse> PutAsync(PutParameterRequest request, CancellationToken cancellationToken)
    {
        var delay = FirstRetry;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ssm.PutParameterAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (AmazonServiceException e) when (e.ErrorCode == TooManyUpdates && attempt < MaxAttempts)
            {
                await Task.Delay(delay, timeProvider, cancellationToken).ConfigureAwait(false);
                delay *= 2;
            }
        }
    }

    /// <summary>Without its key, SSM would encrypt the next version with the account's own one.</summary>
    private async Task KeepAsync(PutParameterRequest request, CancellationToken cancellationToken)
    {
        var filter = new ParameterStringFilter { Key = "Name", Option = "Equals", Values = [Name] };
        var query = new DescribeParametersRequest { ParameterFilters = [filter] };
        try
        {
            do
            {
                var page = await ssm.DescribeParametersAsync(query, cancellationToken).ConfigureAwait(false);
                if ((page.Parameters ?? []).Find(parameter => parameter.Name == Name) is { } found)
                {
                    (request.KeyId, request.Description, request.AllowedPattern) = (found.KeyId, found.Description, found.AllowedPattern);
                    return;
                }

                query.NextToken = page.NextToken;
            }
            while (!string.IsNullOrEmpty(query.NextToken));
        }
        catch (AmazonServiceException e)
        {
            throw Refused($"DescribeParameters for the key of the SecureString '{Name}'", e);
        }

        throw new ScalingException(
            $"SSM DescribeParameters does not list the SecureString '{Name}', so that its key is not known. Nothing was written. Check the permission ssm:DescribeParameters.");
    }

    private async Task<PublishedMap?> ReadAsync(string selector, CancellationToken cancellationToken)
    {
        try
        {
            // Decryption means nothing to a plain String.
            var request = new GetParameterRequest { Name = selector, WithDecryption = true };
            var parameter = (await ssm.GetParameterAsync(request, cancellationToken).ConfigureAwait(false)).Parameter;
            return new PublishedMap
            {
                Document = PublishedDocument.Parse(parameter.Value, Name),
                Version = parameter.Version ?? 0,
                LastModified = new DateTimeOffset((parameter.LastModifiedDate ?? DateTime.UnixEpoch).ToUniversalTime()),
                Type = parameter.Type?.Value,
                DataType = parameter.DataType,
            };
        }
        catch (Exception e) when (e is ParameterNotFoundException or ParameterVersionNotFoundException)
        {
            return null;
        }
        catch (AmazonServiceException e)
        {
            throw Refused($"GetParameter of '{selector}'", e);
        }
    }

    private static ScalingException Refused(string call, AmazonServiceException e) => new(
        $"SSM {call} failed with {e.ErrorCode} (HTTP {(int)e.StatusCode}): {e.Message}{Advice(e.ErrorCode)}", e);

    private static string Advice(string? errorCode) => errorCode switch
    {
        "AccessDeniedException" or "AccessDenied" =>
            " Allow ssm:GetParameter and ssm:PutParameter on the parameter; a SecureString also takes ssm:DescribeParameters, and kms:Decrypt, kms:Encrypt and kms:GenerateDataKey on its key.",
        TooManyUpdates or "ThrottlingException" or "Throttling" or "TooManyRequestsException" => $" It was tried several times; a later run tries again.",
        _ => "",
    };
}
