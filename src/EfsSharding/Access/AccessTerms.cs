namespace EfsSharding.Access;

/// <summary>How safely a way reaches the files, and as whom; or, put together, what was asked for of every way.</summary>
internal sealed record AccessTerms
{
    /// <summary>The root of what a server exports.</summary>
    public const string Root = "/";

    /// <summary>The option that encrypts, or null when the traffic is in clear text.</summary>
    public string? Tls { get; init; }

    /// <summary>The option that presents an IAM identity, or null.</summary>
    public string? Iam { get; init; }

    /// <summary>The access point, or null.</summary>
    public string? AccessPointId { get; init; }

    /// <summary>
    /// The security flavour of NFS beyond a user that the client names, for example <c>krb5p</c>, or several with colons; null without.
    /// </summary>
    public string? Flavour { get; init; }

    /// <summary>The directory of the file system that is the store's root.</summary>
    public string RootPath { get; init; } = Root;

    /// <summary>The user and groups stated to the server, or null for those of the process.</summary>
    public string? User { get; init; }

    public static AccessTerms Of(KernelMountOptions options)
    {
        var isEfs = options.Type == KernelMountType.Efs;
        var extra = (options.ExtraOptions ?? "").Split(',');
        var encrypts = isEfs ? extra.Contains("tls", StringComparer.Ordinal) : Last("xprtsec") is "tls" or "mtls";
        return new AccessTerms
        {
            Tls = isEfs && options.Tls ? "KernelMountOptions.Tls" : encrypts ? "KernelMountOptions.ExtraOptions" : null,
            Iam = isEfs && options.Iam ? "KernelMountOptions.Iam" : isEfs && extra.Contains("iam", StringComparer.Ordinal) ? "KernelMountOptions.ExtraOptions" : null,
            AccessPointId = isEfs ? Last("accesspoint") ?? options.AccessPointId : null,
            Flavour = Last("sec") is { } flavour and not ("sys" or "none" or "null") ? flavour : null,
        };

        string? Last(string name) => extra.LastOrDefault(o => o.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
    }

    /// <summary>What an automatic choice must keep: what is asked of one way, each must do.</summary>
    /// <param name="kernel">What the options of kernel mounts ask for.</param>
    /// <param name="direct">What the options of direct NFS ask for, without their defaults.</param>
    public static AccessTerms Together(AccessTerms kernel, AccessTerms direct) => new()
    {
        Tls = kernel.Tls ?? direct.Tls,
        Iam = kernel.Iam ?? direct.Iam,
        AccessPointId = kernel.AccessPointId ?? direct.AccessPointId,
        Flavour = kernel.Flavour ?? direct.Flavour,
        RootPath = kernel.RootPath != Root ? kernel.RootPath : direct.RootPath,
        User = kernel.User ?? direct.User,
    };

    /// <returns>What <paramref name="way"/> lacks of these terms, as the end of a sentence; null when it keeps them all.</returns>
    public string? MissingIn(AccessTerms way)
    {
        string?[] missing =
        [
            Tls is not null && way.Tls is null ? $"is in clear text, and {Tls} asks for TLS" : null,
            Iam is not null && way.Iam is null ? $"has no IAM identity, and {Iam} asks for one" : null,
            AccessPointId is not null && way.AccessPointId != AccessPointId
                ? $"goes through {(way.AccessPointId is { } other ? $"the access point {other}" : "no access point")}, and {AccessPointId} was asked for" : null,
            Flavour is not null && way.Flavour != Flavour && !Flavour.Split(':').Contains(way.Flavour, StringComparer.Ordinal)
                ? $"is without the security that sec={Flavour} in KernelMountOptions.ExtraOptions asks for" : null,
            way.RootPath != RootPath ? $"has the root directory {way.RootPath}, and {RootPath} was asked for" : null,
            // An access point replaces the user that the client names.
            User is not null && way.User != User && way.AccessPointId is null
                ? $"acts as {way.User ?? "the user of this process"}, and DirectNfsOptions asks for {User}" : null,
        ];
        return missing.Any(m => m is not null) ? string.Join("; ", missing.OfType<string>()) : null;
    }
}
