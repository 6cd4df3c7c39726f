using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EfsSharding.Routing;

/// <summary>
/// The first generation's rule: SHA-256 of the path as one big-endian integer, modulo the number of mount targets, in the published
/// order. On failure the following targets of the same file system serve.
/// </summary>
internal sealed class ModuloRouter : IRouter
{
    private readonly Route[] _routes;

    private ModuloRouter(Route[] routes) => _routes = routes;

    /// <param name="map">The map.</param>
    /// <param name="zone">The zone whose mount targets go first; null for none.</param>
    public static ModuloRouter Compile(ShardMap map, string? zone = null)
    {
        var preference = new ZonePreference(map, zone);
        var count = map.MountTargets.Count;
        var routes = new Route[count];
        for (var first = 0; first < count; first++)
        {
            var fileSystemId = map.MountTargets[first].FileSystemId;
            int[] targets = [.. Enumerable.Range(first, count).Select(i => i % count).Where(i => map.MountTargets[i].FileSystemId == fileSystemId)];
            routes[first] = new Route([new FileSystemRoute(fileSystemId, preference.Apply(targets))]);
        }

        return new ModuloRouter(routes);
    }

    public Route RouteOf(ReadOnlySpan<byte> utf8Path, out int bucket)
    {
        bucket = PathHash.Bucket(PathHash.Of(utf8Path));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8Path, digest);
        var remainder = 0UL;
        for (var i = 0; i < digest.Length; i += sizeof(uint))
        {
            remainder = ((remainder << 32) | BinaryPrimitives.ReadUInt32BigEndian(digest[i..])) % (ulong)_routes.Length;
        }

        return _routes[remainder];
    }
}
