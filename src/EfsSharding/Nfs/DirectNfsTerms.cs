using System.Globalization;
using EfsSharding.Access;
using EfsSharding.Nfs.Rpc;

namespace EfsSharding.Nfs;

/// <summary>What direct NFS does with its options, and what of it was asked for.</summary>
internal static class DirectNfsTerms
{
    public static AccessTerms Offered(DirectNfsOptions options, DirectNfsTlsOptions tls) => new()
    {
        Tls = tls.Enabled ? "DirectNfsTlsOptions.Enabled" : null,
        Iam = tls is { Enabled: true, UseIam: true } ? "DirectNfsTlsOptions.UseIam" : null,
        AccessPointId = tls.Enabled ? tls.AccessPointId : null,
        RootPath = AccessTerms.Root + options.RootPath.Trim('/'),
        User = UserOf(options),
    };

    /// <summary>TLS is the default: it is asked for of other ways when somebody said so.</summary>
    public static AccessTerms AskedFor(DirectNfsOptions options, DirectNfsTlsOptions tls)
    {
        var offered = Offered(options, tls);
        return tls.IsEnabledByName || offered.Iam is not null || offered.AccessPointId is not null ? offered : offered with { Tls = null };
    }

    private static string? UserOf(DirectNfsOptions options)
    {
        var own = Describe(ProcessCredential.Get(userId: null, groupId: null, groups: null));
        var stated = Describe(ProcessCredential.Get(options.UserId, options.GroupId, options.Groups));
        return stated == own ? null : stated;
    }

    private static string Describe(AuthSysCredential credential) => string.Create(
        CultureInfo.InvariantCulture, $"user {credential.UserId}, group {credential.GroupId}, groups {string.Join(' ', credential.Groups.Order())}");
}
