using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EfsSharding.Nfs.Tls;

/// <summary>Makes the self-signed certificate that tells EFS the file system, the access point and the IAM identity.</summary>
internal static class ClientCertificate
{
    public const int KeyBits = 3072;

    private static readonly TimeSpan Before = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan After = TimeSpan.FromHours(3);
    private static readonly string Version = typeof(ClientCertificate).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <param name="key">An RSA key of <see cref="KeyBits"/> bits.</param>
    /// <param name="fileSystemId">The file system to connect to.</param>
    /// <param name="accessPointId">The access point, if one is used.</param>
    /// <param name="caller">The IAM identity with the region it signs for, if one is used.</param>
    /// <param name="time">The present.</param>
    public static X509Certificate2 Create(RSA key, string fileSystemId, string? accessPointId, (CallerCredentials Credentials, string Region)? caller, DateTimeOffset time)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(Environment.MachineName is { Length: > 64 } name ? name[..64] : Environment.MachineName);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var identifier = new X509SubjectKeyIdentifierExtension(request.PublicKey, X509SubjectKeyIdentifierHashAlgorithm.Sha1, critical: false);
        request.CertificateExtensions.Add(identifier);
        if (accessPointId is not null)
        {
            request.CertificateExtensions.Add(EfsExtensions.AccessPoint(accessPointId));
        }

        if (caller is var (credentials, region))
        {
            var publicKeyHash = Convert.ToHexStringLower(identifier.SubjectKeyIdentifierBytes.Span);
            var signature = ConnectSignature.Sign(fileSystemId, region, publicKeyHash, credentials, time);
            request.CertificateExtensions.Add(EfsExtensions.ClientAuthentication(credentials, signature, time));
        }

        request.CertificateExtensions.Add(EfsExtensions.FileSystem(fileSystemId));
        request.CertificateExtensions.Add(EfsExtensions.ClientInformation("EfsSharding", Version));
        return Usable(request.CreateSelfSigned(time - Before, time + After));
    }

    /// <summary>Windows' TLS cannot use a key that is in memory only.</summary>
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
        }
    }
}
