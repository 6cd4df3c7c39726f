using System.Net;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Tls;

internal static partial class TlsLog
{
    [LoggerMessage(1381, LogLevel.Information, "Made a client certificate for {FileSystem}: access point {AccessPoint}, IAM {UsesIam}, valid until {NotAfter:O}", EventName = "NfsClientCertificateMade")]
    public static partial void CertificateMade(ILogger logger, string fileSystem, string accessPoint, bool usesIam, DateTimeOffset notAfter);

    [LoggerMessage(1382, LogLevel.Warning, "The client certificate for {FileSystem} could not be renewed; the present one is used until {NotAfter:O}", EventName = "NfsClientCertificateNotRenewed")]
    public static partial void CertificateNotRenewed(ILogger logger, string fileSystem, DateTimeOffset notAfter, Exception failure);

    [LoggerMessage(1383, LogLevel.Debug, "TLS with {EndPoint} as {ServerName}: {Protocol}", EventName = "NfsTlsConnected")]
    public static partial void Connected(ILogger logger, EndPoint endPoint, string serverName, string protocol);
}
