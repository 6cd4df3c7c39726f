using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EfsSharding.Access;

/// <summary>The arguments of mount(8) for one target.</summary>
internal static class KernelMountCommand
{
    /// <summary>
    /// What AWS recommends (Amazon EFS User Guide, "Recommended NFS mount options"). mount.nfs would try again for two minutes by itself:
    /// retry=0 leaves that to the library.
    /// </summary>
    private const string Nfs4Options = "nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport,retry=0";

    /// <summary>
    /// The kernel remembers for up to 30 s that a file was missing (nfs(5), acdirmin): one that was written through another target
    /// meanwhile would not be found after a failover. With this it asks the server before it says so.
    /// </summary>
    private const string AskWhatIsMissing = "lookupcache=positive";

    private const int NfsPort = 2049;

    public static IReadOnlyList<string> For(KernelMountOptions options, MountTarget target, IPAddress address, string mountPoint)
    {
        var (type, source) = options.Type == KernelMountType.Efs
            ? ("efs", $"{target.FileSystemId}:/")
            : ("nfs4", $"{Bracketed(address)}:/");
        return ["-t", type, "-o", MountOptions(options, address), source, mountPoint];
    }

    public static string MountOptions(KernelMountOptions options, IPAddress address)
    {
        List<string> all = [];
        if (options.Type == KernelMountType.Efs)
        {
            all.AddRange(options.Tls ? ["tls"] : []);
            all.AddRange(options.Iam ? ["iam"] : []);
            all.AddRange(options.AccessPointId is { } id ? [$"accesspoint={id}"] : []);
            all.Add($"mounttargetip={address}");
        }
        else
        {
            all.Add(Nfs4Options);
        }

        all.Add(AskWhatIsMissing);
        all.AddRange(options.ExtraOptions is { Length: > 0 } extra ? [extra] : []);
        return string.Join(',', all);
    }

    /// <summary>
    /// The port that the kernel connects to: EFS has 2049 only, a server of one's own may have another in the extra options.
    /// </summary>
    public static int PortOf(KernelMountOptions options)
    {
        const string prefix = "port=";
        var port = options.ExtraOptions?.Split(',').LastOrDefault(o => o.StartsWith(prefix, StringComparison.Ordinal));
        return port is not null && ushort.TryParse(port.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : NfsPort;
    }

    private static string Bracketed(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
