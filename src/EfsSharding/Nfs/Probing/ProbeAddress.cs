using System.Net;
using System.Net.Sockets;
using EfsSharding.Nfs.Tls;

namespace EfsSharding.Nfs.Probing;

/// <summary>Finds the address of a mount target that is given by its file system alone.</summary>
internal static class ProbeAddress
{
    /// <exception cref="IOException">DNS does not know the file system here.</exception>
    public static async Task<MountTarget> ResolveAsync(MountTarget target, DirectNfsTlsOptions tls, CancellationToken cancellationToken)
    {
        if (target.IpAddress is not null || target.Ipv6Address is not null)
        {
            return target;
        }

        var name = MountTargetName.Of(target.FileSystemId, tls);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(name, cancellationToken).ConfigureAwait(false);
            return target with { IpAddress = addresses[0].ToString() };
        }
        catch (SocketException unknown)
        {
            throw new IOException(
                $"'{name}' has no address here: {unknown.Message}. The name is known within the file system's VPC, in Availability Zones that have a mount "
                + "target, where the VPC resolves DNS. Run this there, check id and region, or give the IP address of a mount target.",
                unknown);
        }
    }

    public static string Of(MountTarget target, int port) => new IPEndPoint(IPAddress.Parse(target.IpAddress ?? target.Ipv6Address!), port).ToString();
}
