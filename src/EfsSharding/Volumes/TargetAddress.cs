using System.Net;

namespace EfsSharding.Volumes;

/// <summary>The address that a target is reached at: IPv4 where it has one.</summary>
internal static class TargetAddress
{
    /// <summary>All its addresses, in the order in which they are tried.</summary>
    /// <exception cref="MountFailedException">The shard map gives none, or not an IP address.</exception>
    public static IReadOnlyList<IPAddress> All(MountTarget target)
    {
        var first = Of(target);
        return target.IpAddress is not null && IPAddress.TryParse(target.Ipv6Address, out var second) && !second.Equals(first) ? [first, second] : [first];
    }

    /// <exception cref="MountFailedException">The shard map gives none, or not an IP address.</exception>
    public static IPAddress Of(MountTarget target) =>
        IPAddress.TryParse(target.IpAddress ?? target.Ipv6Address, out var address)
            ? address
            : throw new MountFailedException(target, "the shard map has no valid IP address of it. Publish the map again with the address that DescribeMountTargets tells.");
}
