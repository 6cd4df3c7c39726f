using System.Globalization;
using System.Net;

namespace EfsSharding.Access;

/// <summary>Reads /proc/self/net/tcp and tcp6, where the connections of the kernel's NFS client stand too (proc_pid_net(5)).</summary>
internal static class TcpConnections
{
    private const string Established = "01";

    /// <summary>The far ends of the connections that are established.</summary>
    public static IReadOnlySet<IPEndPoint> Parse(string text) =>
        text.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 3 && fields[3] == Established)
            .Select(fields => ParseEndPoint(fields[2]))
            .OfType<IPEndPoint>()
            .ToHashSet();

    // 0200007F:0801 is 127.0.0.2:2049: the address is printed as 32-bit words of the machine, which is little-endian on x64 and arm64.
    private static IPEndPoint? ParseEndPoint(string field)
    {
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        if (colon is not (8 or 32)
            || !ushort.TryParse(field.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port))
        {
            return null;
        }

        Span<byte> address = stackalloc byte[colon / 2];
        for (var i = 0; i < address.Length; i++)
        {
            if (!byte.TryParse(field.AsSpan(i * 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out address[(i & ~3) + 3 - (i & 3)]))
            {
                return null;
            }
        }

        var ip = new IPAddress(address);
        return new IPEndPoint(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip, port);
    }
}
