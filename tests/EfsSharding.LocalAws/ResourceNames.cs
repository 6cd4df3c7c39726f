using System.Security.Cryptography;
using System.Text;

namespace EfsSharding.LocalAws;

/// <summary>
/// Ids in AWS's form. They follow from a counter, so that two runs of one test or demonstration route alike: files are routed by the ids of
/// mount targets.
/// </summary>
internal sealed class ResourceNames(string region, string accountId)
{
    private readonly Dictionary<string, int> _issued = new(StringComparer.Ordinal);

    public string NewId(string prefix)
    {
        var number = _issued.GetValueOrDefault(prefix) + 1;
        _issued[prefix] = number;
        return $"{prefix}-{Digits($"{prefix}/{number}")[..17]}";
    }

    public string Arn(string service, string resource) => $"arn:{Partition}:{service}:{region}:{accountId}:{resource}";

    /// <summary>The id of a zone, which is numbered in another order than the zone is named.</summary>
    public string ZoneId(int index, int zones) => $"{Abbreviation()}-az{((index + 1) % zones) + 1}";

    public static string Digits(string seed) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)));

    private string Partition => region switch
    {
        _ when region.StartsWith("cn-", StringComparison.Ordinal) => "aws-cn",
        _ when region.StartsWith("us-gov-", StringComparison.Ordinal) => "aws-us-gov",
        _ => "aws",
    };

    private string Abbreviation()
    {
        var parts = region.Split('-').Select((part, i) => (part, i) switch
        {
            (_, 0) => part,
            ("northeast", _) => "ne",
            ("southeast", _) => "se",
            ("northwest", _) => "nw",
            ("southwest", _) => "sw",
            _ => part[..1],
        });
        return string.Concat(parts);
    }
}
