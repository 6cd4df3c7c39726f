using EfsSharding.Nfs.Tls;

namespace EfsSharding.Tests.Nfs.Tls;

internal sealed class FixedCredentials(CallerCredentials credentials) : ICallerCredentialsSource
{
    public int Calls { get; private set; }

    public Exception? Failure { get; set; }

    public Task<CallerCredentials> GetAsync(CancellationToken cancellationToken)
    {
        Calls++;
        return Failure is null ? Task.FromResult(credentials) : Task.FromException<CallerCredentials>(Failure);
    }
}
