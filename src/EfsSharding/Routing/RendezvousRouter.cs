namespace EfsSharding.Routing;

/// <summary>A map compiled into a table from bucket to route, so that routing is one hash and one array read.</summary>
internal sealed class RendezvousRouter : IRouter
{
    private readonly Route[] _routes;

    private RendezvousRouter(Route[] routes) => _routes = routes;

    /// <param name="map">The map.</param>
    /// <param name="zone">The zone whose mount targets go first; null for none.</param>
    public static RendezvousRouter Compile(ShardMap map, string? zone = null)
    {
        var preference = new ZonePreference(map, zone);
        var fileSystems = new RendezvousRank(map.FileSystems.Select((f, i) => new Candidate(f.FileSystemId, f.Weight, i)));
        var targets = map.FileSystems.Select(f => new RendezvousRank(map.MountTargets
            .Select((t, i) => (Target: t, Index: i))
            .Where(t => t.Target.FileSystemId == f.FileSystemId)
            .Select(t => new Candidate(t.Target.MountTargetId, t.Target.Weight, t.Index)))).ToArray();

        var routes = new Route[PathHash.BucketCount];
        for (var bucket = 0; bucket < routes.Length; bucket++)
        {
            var holders = BucketHolders.Of(map.FileSystems, fileSystems.Of(bucket));
            routes[bucket] = new Route(Array.ConvertAll(
                holders, f => new FileSystemRoute(map.FileSystems[f].FileSystemId, preference.Apply(targets[f].Of(bucket)))));
        }

        return new RendezvousRouter(routes);
    }

    public Route RouteOf(ReadOnlySpan<byte> utf8Path, out int bucket)
    {
        bucket = PathHash.Bucket(PathHash.Of(utf8Path));
        return _routes[bucket];
    }
}
