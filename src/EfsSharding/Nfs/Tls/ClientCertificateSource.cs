using System.Net.Security;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Tls;

/// <summary>
/// The client certificate of each file system, made again by the first connection after an hour: by age and not by a timer, which
/// a frozen process would miss. The key is made once, since that takes long.
/// </summary>
internal sealed class ClientCertificateSource(DirectNfsTlsOptions options, ICallerCredentialsSource credentials, TimeProvider time, ILogger logger) : IDisposable
{
    public static readonly TimeSpan RenewAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan UsableFor = TimeSpan.FromHours(3);

    private readonly SemaphoreSlim _renewing = new(1);
    private readonly Dictionary<string, (SslStreamCertificateContext Context, DateTimeOffset Made)> _certificates = [];
    private RSA? _key;

    public async Task<SslStreamCertificateContext> GetAsync(string fileSystemId, CancellationToken cancellationToken)
    {
        await _renewing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            var exists = _certificates.TryGetValue(fileSystemId, out var current);
            var age = now - current.Made;
            if (exists && age < RenewAfter && age >= TimeSpan.Zero)
            {
                return current.Context;
            }

            try
            {
                var made = await MakeAsync(fileSystemId, now, cancellationToken).ConfigureAwait(false);
                _certificates[fileSystemId] = (made, now);
                return made;
            }
            catch (Exception failure) when (failure is not OperationCanceledException && exists && age < UsableFor && age >= TimeSpan.Zero)
            {
                TlsLog.CertificateNotRenewed(logger, fileSystemId, current.Made + UsableFor, failure);
                return current.Context;
            }
        }
        finally
        {
            _renewing.Release();
        }
    }

    public void Dispose()
    {
        _renewing.Dispose();
        _key?.Dispose();
    }

    private async Task<SslStreamCertificateContext> MakeAsync(string fileSystemId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        _key ??= await Task.Run(() => RSA.Create(ClientCertificate.KeyBits), cancellationToken).ConfigureAwait(false);
        (CallerCredentials, string)? caller = options.UseIam
            ? (await credentials.GetAsync(cancellationToken).ConfigureAwait(false), MountTargetName.RegionOf(options))
            : null;
        var certificate = ClientCertificate.Create(_key, fileSystemId, options.AccessPointId, caller, now);
        TlsLog.CertificateMade(logger, fileSystemId, options.AccessPointId ?? "none", options.UseIam, now + UsableFor);
        return SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
    }
}
