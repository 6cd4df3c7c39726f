using System.Globalization;
using System.Net;

namespace EfsSharding.Mounting;

/// <summary>What a line of mountinfo says of an NFS mount's server.</summary>
internal static class NfsMount
{
    private const string DefaultPort = "2049";

    /// <summary>Whether it shows the root of the file system that the server at an address exports.</summary>
    public static bool ShowsRootOf(MountEntry entry, IPAddress address, int port) =>
        entry is { FileSystemType: "nfs" or "nfs4", Root: "/" }
        && entry.Source.EndsWith(":/", StringComparison.Ordinal)
        && IPAddress.TryParse(entry.SuperOption("addr"), out var server)
        && server.Equals(address)
        && (entry.SuperOption("port") ?? DefaultPort) == port.ToString(CultureInfo.InvariantCulture);
}
