using EfsSharding.Validation;
using Microsoft.Extensions.Options;

namespace EfsSharding.Nfs.Tls;

internal sealed class DirectNfsTlsOptionsValidator : IValidateOptions<DirectNfsTlsOptions>
{
    public ValidateOptionsResult Validate(string? name, DirectNfsTlsOptions options)
    {
        var failures = Failures(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures.Select(f => OptionsFailures.Subject(name) + f));
    }

    /// <summary>What is wrong, one sentence for each option.</summary>
    public static IEnumerable<string> Failures(DirectNfsTlsOptions options)
    {
        if (!options.Enabled && options.UseIam)
        {
            yield return $"DirectNfsTlsOptions.{nameof(options.UseIam)} is true and {nameof(options.Enabled)} is false: the signature travels in the TLS client certificate; enable TLS.";
        }

        if (!options.Enabled && options.AccessPointId is not null)
        {
            yield return $"DirectNfsTlsOptions.{nameof(options.AccessPointId)} is '{options.AccessPointId}' and {nameof(options.Enabled)} is false: the access point travels in the TLS client certificate; enable TLS.";
        }

        if (options.AccessPointId is { } accessPoint && !IsAccessPointId(accessPoint))
        {
            yield return $"DirectNfsTlsOptions.{nameof(options.AccessPointId)} is '{accessPoint}'; an access point id is 'fsap-' and 8 to 40 hexadecimal digits.";
        }

        if (options.Region is { } region && !IsHostName(region))
        {
            yield return $"DirectNfsTlsOptions.{nameof(options.Region)} is '{region}'; a region is a name such as 'eu-west-1'.";
        }

        if (options.DnsSuffix is { } suffix && !IsHostName(suffix))
        {
            yield return $"DirectNfsTlsOptions.{nameof(options.DnsSuffix)} is '{suffix}'; a suffix is a name such as 'amazonaws.com', without a dot in front.";
        }

        if (options.ServerName is { } server && !IsHostName(server))
        {
            yield return $"DirectNfsTlsOptions.{nameof(options.ServerName)} is '{server}'; a host name is needed, without port or scheme.";
        }
    }

    private static bool IsAccessPointId(string id) =>
        id.StartsWith("fsap-", StringComparison.Ordinal) && id.Length is >= 13 and <= 45 && id.Skip(5).All(char.IsAsciiHexDigitLower);

    private static bool IsHostName(string name) =>
        name.Length is > 0 and <= 253 && name.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
}
