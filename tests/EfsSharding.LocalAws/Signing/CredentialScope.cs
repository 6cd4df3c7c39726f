using EfsSharding.LocalAws.Http;

namespace EfsSharding.LocalAws.Signing;

/// <summary>The parts of an Authorization header of Signature Version 4.</summary>
internal sealed record CredentialScope
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    public required string AccessKeyId { get; init; }

    public required string Date { get; init; }

    public required string Region { get; init; }

    public required string Service { get; init; }

    public required IReadOnlyList<string> SignedHeaders { get; init; }

    public required string Signature { get; init; }

    public override string ToString() => $"{Date}/{Region}/{Service}/aws4_request";

    public static CredentialScope? Parse(AwsRequest request)
    {
        if (request.Headers.Authorization is not [{ } header] || !header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            return null;
        }

        var parts = header[Algorithm.Length..]
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        return parts.TryGetValue("Credential", out var credential)
            && parts.TryGetValue("SignedHeaders", out var signedHeaders)
            && parts.TryGetValue("Signature", out var signature)
            && credential.Split('/') is [var accessKeyId, var date, var region, var service, "aws4_request"]
            ? new CredentialScope
            {
                AccessKeyId = accessKeyId,
                Date = date,
                Region = region,
                Service = service,
                SignedHeaders = signedHeaders.Split(';'),
                Signature = signature,
            }
            : null;
    }
}
