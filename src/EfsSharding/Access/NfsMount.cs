using System.Globalization;
using System.Net;

namespace EfsSharding.Access;

/// <summary>What a line of mountinfo says of an NFS mount's server.</summary>
internal static class NfsMount
{
    private const string DefaultPort = "2049";

    /// <summary>Whether it shows the root of the file system that the server at an address exports.</summary>
    public static bool ShowsRootOf(MountEntry entry, IPAddress address, int port) =>
        IsOf(entry, address, port) && entry.Root == "/" && ExportOf(entry) == "/";

    /// <summary>Whether its server is at an address, whichever part of the file system it shows.</summary>
    public static bool IsOf(MountEntry entry, IPAddress address, int port) =>
        entry is { FileSystemType: "nfs" or "nfs4" }
        && AddressOf(entry) is { } server
        && server.Equals(address)
        && (entry.SuperOption("port") ?? DefaultPort) == port.ToString(CultureInfo.InvariantCulture);

    /// <summary>The server's address; null when the kernel does not show it.</summary>
    public static IPAddress? AddressOf(MountEntry entry) => IPAddress.TryParse(entry.SuperOption("addr"), out var server) ? server : null;

    /// <summary>
    /// The directory of the server that shows at the mount point. The kernel prints it in the source, for bind mounts of a part too.
    /// </summary>
    public static string? ExportOf(MountEntry entry)
    {
        // fs-1.efs.example:/data, or [fd00::1]:/data
        var bracket = entry.Source.StartsWith('[') ? entry.Source.IndexOf(']', StringComparison.Ordinal) : 0;
        var colon = bracket >= 0 ? entry.Source.IndexOf(":/", bracket, StringComparison.Ordinal) : -1;
        return colon >= 0 ? entry.Source[(colon + 1)..] : null;
    }

    /// <summary>
    /// Whether the traffic is in clear text for certain. A server on this machine may be the proxy of mount.efs, which encrypts; that the
    /// kernel itself does is in the options (nfs(5), xprtsec).
    /// </summary>
    public static bool IsPlain(MountEntry entry) =>
        entry.FileSystemType is "nfs" or "nfs4"
        && AddressOf(entry) is { } server
        && !IPAddress.IsLoopback(server)
        && !IsEncryptedByKernel(entry);

    public static bool IsEncryptedByKernel(MountEntry entry) => entry.SuperOption("xprtsec") is "tls" or "mtls";
}
