namespace EfsSharding.Nfs.Tls;

internal interface ICallerCredentialsSource
{
    /// <summary>The credentials as they are now; they change as roles are renewed.</summary>
    Task<CallerCredentials> GetAsync(CancellationToken cancellationToken);
}
