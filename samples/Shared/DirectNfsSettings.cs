using System.Globalization;
using EfsSharding;

namespace Samples;

/// <summary>The environment variables of direct NFS, which the Worker and the ScalerLambda have in common.</summary>
internal sealed record DirectNfsSettings
{
    /// <summary>Null when nothing was said: direct NFS is encrypted then.</summary>
    public bool? Tls { get; private init; }

    public bool Iam { get; private init; }

    public string? AccessPointId { get; private init; }

    /// <summary>Null when nothing was said: 2049.</summary>
    public int? Port { get; private init; }

    /// <param name="variable">Reads a variable.</param>
    /// <param name="problems">Gets a sentence for each one that is wrong.</param>
    public static DirectNfsSettings Read(Func<string, string?> variable, ICollection<string> problems)
    {
        var settings = new DirectNfsSettings
        {
            Tls = Switch("EFS_TLS"),
            Iam = Switch("EFS_IAM") ?? false,
            AccessPointId = AccessPoint(),
            Port = TcpPort(),
        };
        if (settings is { Tls: false, Iam: true })
        {
            problems.Add("EFS_IAM is 'true' and EFS_TLS is 'false'; IAM needs TLS: leave EFS_TLS out, or set EFS_IAM to false");
        }

        if (settings is { Tls: false, AccessPointId: { } id })
        {
            problems.Add($"EFS_ACCESS_POINT_ID is '{id}' and EFS_TLS is 'false'; an access point needs TLS: leave EFS_TLS or EFS_ACCESS_POINT_ID out");
        }

        return settings;

        string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;

        bool? Switch(string name)
        {
            if (Value(name) is not { } value)
            {
                return null;
            }

            if (bool.TryParse(value, out var on))
            {
                return on;
            }

            problems.Add($"{name} is '{value}'; it must be true or false");
            return null;
        }

        string? AccessPoint()
        {
            const string prefix = "fsap-";
            var value = Value("EFS_ACCESS_POINT_ID");
            if (value is null || (value.StartsWith(prefix, StringComparison.Ordinal) && value.Length > prefix.Length && value.Skip(prefix.Length).All(char.IsAsciiHexDigitLower)))
            {
                return value;
            }

            problems.Add($"EFS_ACCESS_POINT_ID is '{value}'; it must be the id of an access point, 'fsap-' and hexadecimal digits, or be left out");
            return null;
        }

        int? TcpPort()
        {
            if (Value("EFS_NFS_PORT") is not { } value)
            {
                return null;
            }

            if (ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
            {
                return port;
            }

            problems.Add($"EFS_NFS_PORT is '{value}'; it must be a TCP port, 1 to 65535, or be left out for 2049");
            return null;
        }
    }

    public void Apply(DirectNfsOptions options) => options.Port = Port ?? options.Port;

    /// <summary>Without a word TLS stays what it is by default, on, and is asked for of no other way of reaching the files.</summary>
    public void Apply(DirectNfsTlsOptions options)
    {
        if (Tls is { } tls)
        {
            options.Enabled = tls;
        }

        (options.UseIam, options.AccessPointId) = (Iam, AccessPointId);
    }
}
