using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EfsSharding.LocalAws.Http;

namespace EfsSharding.LocalAws.Signing;

/// <summary>Computes each request's signature anew (AWS General Reference, Signature Version 4) and refuses what differs.</summary>
internal sealed class SignatureVerifier(LocalAwsOptions options)
{
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";
    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(15);

    public ServiceError? Verify(AwsRequest request, CredentialScope scope)
    {
        if (scope.AccessKeyId != options.AccessKeyId)
        {
            return new ServiceError("UnrecognizedClientException", 403, "The security token included in the request is invalid.");
        }

        if (request.Headers["X-Amz-Date"] is not [{ } date]
            || !DateTimeOffset.TryParseExact(date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || !date.StartsWith(scope.Date, StringComparison.Ordinal))
        {
            return new ServiceError("IncompleteSignature", 403, "X-Amz-Date is missing, malformed or of another day than the scope.");
        }

        var now = options.TimeProvider.GetUtcNow();
        if (options.RejectSkewedClocks && (now - time).Duration() > MaxSkew)
        {
            return new ServiceError("RequestExpired", 403, $"Signature expired: {date} is too far from {now.ToString(DateFormat)}.");
        }

        var payloadHash = Convert.ToHexStringLower(SHA256.HashData(request.Body));
        if (request.Headers["X-Amz-Content-SHA256"] is [{ } declared] && declared != payloadHash)
        {
            return new ServiceError("InvalidSignatureException", 403, "X-Amz-Content-SHA256 is not the hash of the body.");
        }

        var expected = Encoding.ASCII.GetBytes(Sign(CanonicalRequest(request, scope, payloadHash), date, scope));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(scope.Signature))
            ? null
            : new ServiceError("InvalidSignatureException", 403, "The signature does not match the one that the secret key gives.");
    }

    private static string CanonicalRequest(AwsRequest request, CredentialScope scope, string payloadHash)
    {
        var canonical = new StringBuilder()
            .Append(request.Method).Append('\n')
            .AppendJoin('/', request.RawPath.Split('/').Select(Uri.EscapeDataString)).Append('\n')
            .Append(CanonicalQuery(request)).Append('\n');
        foreach (var name in scope.SignedHeaders)
        {
            var values = request.Headers[name].Select(WithSingleSpaces);
            canonical.Append(name).Append(':').AppendJoin(',', values).Append('\n');
        }

        return canonical.Append('\n').AppendJoin(';', scope.SignedHeaders).Append('\n').Append(payloadHash).ToString();
    }

    private static string WithSingleSpaces(string? value) =>
        string.Join(' ', (value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string CanonicalQuery(AwsRequest request) => string.Join('&', request.Query
        .SelectMany(pair => pair.Value.Select(value => (Name: Uri.EscapeDataString(pair.Key), Value: Uri.EscapeDataString(value ?? ""))))
        .OrderBy(pair => pair.Name, StringComparer.Ordinal)
        .ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    private string Sign(string canonicalRequest, string date, CredentialScope scope)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + options.SecretAccessKey);
        foreach (var part in (string[])[scope.Date, scope.Region, scope.Service, "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{date}\n{scope}\n{hash}")));
    }
}
