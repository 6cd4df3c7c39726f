namespace EfsSharding.Targets;

using EfsSharding.Routing;

/// <summary>
/// One map with what it takes to use it. Never changed: a newer map makes a new one, which shares the volumes of the targets that stay.
/// </summary>
internal sealed class VolumesInUse
{
    private VolumesInUse(ShardMap map, IRouter router, VolumeInUse[] volumes)
    {
        Map = map;
        Router = router;
        Volumes = volumes;
    }

    public ShardMap Map { get; }

    public IRouter Router { get; }

    /// <summary>In the order of the map's mount targets, which is what routes count in.</summary>
    public VolumeInUse[] Volumes { get; }

    /// <summary>The same for a newer map. A target keeps its volume while all that is needed to reach it stays the same.</summary>
    /// <param name="map">The newer map.</param>
    /// <param name="rule">How to route.</param>
    /// <param name="previous">What is in use now, if anything.</param>
    /// <param name="create">Makes what is not there yet.</param>
    /// <param name="zone">The zone whose mount targets go first; null for none.</param>
    public static VolumesInUse For(ShardMap map, RoutingRule rule, VolumesInUse? previous, Func<MountTarget, VolumeInUse> create, string? zone = null)
    {
        IRouter router = rule == RoutingRule.Modulo ? ModuloRouter.Compile(map, zone) : RendezvousRouter.Compile(map, zone);
        var volumes = map.MountTargets.Select(target =>
            Array.Find(previous?.Volumes ?? [], v => IsReachedAlike(v.Target, target)) ?? create(target));
        return new VolumesInUse(map, router, [.. volumes]);
    }

    /// <summary>Volumes that are here and not there.</summary>
    public IEnumerable<VolumeInUse> Except(VolumesInUse? other) => Volumes.Except(other?.Volumes ?? []);

    /// <summary>Whether at least one mount target of the file system serves.</summary>
    public bool Serves(string fileSystemId) =>
        Array.Exists(Volumes, v => v.Target.FileSystemId == fileSystemId && v.State != VolumeState.Down);

    private static bool IsReachedAlike(MountTarget a, MountTarget b) =>
        a.MountTargetId == b.MountTargetId && a.FileSystemId == b.FileSystemId && a.IpAddress == b.IpAddress && a.Ipv6Address == b.Ipv6Address;
}
