using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EfsSharding.Nfs.Rpc;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Tls;

/// <summary>TLS over another transport, from the first byte. What counts is the server's name, not the address that was dialled.</summary>
internal sealed class TlsTransport(INfsTransport inner, string fileSystemId, DirectNfsTlsOptions options, ClientCertificateSource certificates, ILogger logger)
    : INfsTransport
{
    private readonly string _serverName = MountTargetName.Of(fileSystemId, options);
    private readonly X509Certificate2Collection _roots = options.TrustedRoots.Count > 0 ? options.TrustedRoots : AmazonRoots.Load();

    public EndPoint EndPoint => inner.EndPoint;

    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var certificate = await certificates.GetAsync(fileSystemId, cancellationToken).ConfigureAwait(false);
        var stream = new TlsStream(await inner.ConnectAsync(cancellationToken).ConfigureAwait(false));
        try
        {
            await stream.AuthenticateAsClientAsync(Authentication(certificate), cancellationToken).ConfigureAwait(false);
            TlsLog.Connected(logger, EndPoint, _serverName, stream.SslProtocol.ToString());
            return stream;
        }
        catch (Exception failure)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (failure is OperationCanceledException)
            {
                throw;
            }

            throw new IOException($"No TLS with {EndPoint} as {_serverName}: {failure.Message} {Advice(failure)}", failure);
        }
    }

    private SslClientAuthenticationOptions Authentication(SslStreamCertificateContext certificate)
    {
        var chain = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        chain.CustomTrustStore.AddRange(_roots);
        return new SslClientAuthenticationOptions
        {
            TargetHost = _serverName,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = chain,
            ClientCertificateContext = certificate,
        };
    }

    private static string Advice(Exception failure) => failure is AuthenticationException
        ? "Check the region and suffix in DirectNfsTlsOptions, and that the address belongs to this file system."
        : "Check that the server speaks TLS on this port, and that the file system's policy lets this identity connect.";
}
