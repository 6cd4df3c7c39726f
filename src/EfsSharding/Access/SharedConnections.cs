using System.Net;

namespace EfsSharding.Access;

/// <summary>
/// Finds mounts that go over one TCP connection though they name different addresses: the kernel keeps only the first when the
/// server says that both are one server (nfs(5), max_connect), and the second mount target then brings nothing.
/// </summary>
internal static class SharedConnections
{
    /// <param name="newest">The mount point of a mount just made, and where it should be connected to.</param>
    /// <param name="others">The mounts to compare it with.</param>
    /// <param name="transports">What mountstats says.</param>
    /// <param name="established">The far ends of all established connections.</param>
    /// <returns>The mount point whose connection <paramref name="newest"/> uses, or null.</returns>
    public static string? Find(
        (string MountPoint, IPEndPoint EndPoint) newest,
        IEnumerable<(string MountPoint, IPEndPoint EndPoint)> others,
        IReadOnlyList<MountedTransport> transports,
        IReadOnlySet<IPEndPoint> established)
    {
        var own = ConnectionsOf(newest.MountPoint, transports);
        foreach (var other in others)
        {
            if (!other.EndPoint.Equals(newest.EndPoint) && own.Any(line => ConnectionsOf(other.MountPoint, transports)
                .Any(candidate => IsSame(line, candidate, established.Contains(newest.EndPoint) && established.Contains(other.EndPoint)))))
            {
                return other.MountPoint;
            }
        }

        return null;
    }

    private static IReadOnlyList<string> ConnectionsOf(string mountPoint, IReadOnlyList<MountedTransport> transports) =>
        transports.LastOrDefault(t => t.MountPoint == mountPoint)?.Connections ?? [];

    // With noresvport the source port is printed as 0, and two young mounts can have the same counters by chance: then a connection
    // to each of the two addresses shows that they are two.
    private static bool IsSame(string line, string other, bool bothConnected) =>
        line == other && (SourcePort(line) != "0" || !bothConnected);

    private static string? SourcePort(string line) => line.Split(' ') is ["tcp", var port, ..] ? port : null;
}
