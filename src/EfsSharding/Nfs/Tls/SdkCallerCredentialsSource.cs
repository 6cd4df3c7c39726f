using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace EfsSharding.Nfs.Tls;

/// <summary>The AWS SDK's own credentials: given ones, or what its chain finds.</summary>
internal sealed class SdkCallerCredentialsSource(AWSCredentials? credentials) : ICallerCredentialsSource
{
    public async Task<CallerCredentials> GetAsync(CancellationToken cancellationToken)
    {
        var found = credentials ?? await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var current = await found.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return new CallerCredentials(current.AccessKey, current.SecretKey, string.IsNullOrEmpty(current.Token) ? null : current.Token);
    }
}
