using System.Security.Cryptography;
using System.Text;

namespace EfsSharding.Nfs.Tls;

/// <summary>
/// The signature that lets an IAM identity connect: Signature Version 4 over a query-signed <c>GET /?Action=Connect</c> of the
/// service <c>elasticfilesystem</c>, bound to the public key of the client certificate.
/// </summary>
/// <remarks>
/// As efs-utils makes it (src/efs_utils_common/certificate_utils.py). It differs from the standard in one place: no empty line
/// stands between the canonical headers and the list of signed headers.
/// </remarks>
internal static class ConnectSignature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string EmptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Sign(string fileSystemId, string region, string publicKeyHash, CallerCredentials caller, DateTimeOffset time)
    {
        var canonical = Encoding.UTF8.GetBytes(CanonicalRequest(fileSystemId, region, publicKeyHash, caller, time));
        var toSign = $"{Algorithm}\n{Timestamp(time)}\n{Scope(region, time)}\n{Convert.ToHexStringLower(SHA256.HashData(canonical))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + caller.SecretAccessKey);
        foreach (var part in (ReadOnlySpan<string>)[Date(time), region, "elasticfilesystem", "aws4_request", toSign])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(key);
    }

    public static string CanonicalRequest(string fileSystemId, string region, string publicKeyHash, CallerCredentials caller, DateTimeOffset time)
    {
        var query = $"Action=Connect&PublicKeyHash={publicKeyHash}&X-Amz-Algorithm={Algorithm}"
            + $"&X-Amz-Credential={Quote($"{caller.AccessKeyId}/{Scope(region, time)}")}&X-Amz-Date={Timestamp(time)}&X-Amz-Expires=86400"
            + (caller.SessionToken is { } token ? $"&X-Amz-Security-Token={Quote(token)}" : "")
            + "&X-Amz-SignedHeaders=host";
        return $"GET\n/\n{query}\nhost:{fileSystemId}\nhost\n{EmptyPayload}";
    }

    /// <summary>Encodes a value as forms are: a space becomes a plus sign.</summary>
    private static string Quote(string value) => Uri.EscapeDataString(value).Replace("%20", "+", StringComparison.Ordinal);

    private static string Scope(string region, DateTimeOffset time) => $"{Date(time)}/{region}/elasticfilesystem/aws4_request";

    private static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd");

    private static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'");
}
