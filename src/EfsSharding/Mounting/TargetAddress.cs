using System.Net;

namespace EfsSharding.Mounting;

/// <summary>The address that a target is reached at: IPv4 where it has one.</summary>
internal static class TargetAddress
{
    /// <exception cref="MountFailedException">The shard map gives none, or not an IP address.</exception>
    public static IPAddress Of(MountTarget target) =>
        IPAddress.TryParse(target.IpAddress ?? target.Ipv6Address, out var address)
            ? address
            : throw new MountFailedException(target, "the shard map has no valid IP address of it. Publish the map again with the address that DescribeMountTargets tells.");
}
