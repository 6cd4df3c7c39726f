namespace EfsSharding.Discovery;

/// <summary>A map that the options spell out. It never changes.</summary>
/// <param name="targets">The mount targets.</param>
/// <param name="layout">Where their files are.</param>
/// <param name="isStandIn">
/// It serves while the published map cannot be read, which may have weights and states of its file systems: so that their files are found
/// all the same, each bucket is looked for on all of them.
/// </param>
internal sealed class FixedShardMapSource(IEnumerable<MountTarget> targets, FileLayout layout = FileLayout.Plain, bool isStandIn = false) : IShardMapSource
{
    private readonly ShardMapVersion _version = new()
    {
        Map = Checked(targets, layout, isStandIn),
        IsFromOptions = true,
        IsStandIn = isStandIn,
    };

    public string Origin => "EfsShardingOptions.DefaultTargets";

    public Task<ShardMapVersion> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(_version);

    /// <summary>The map as the options give it.</summary>
    public static ShardMap MapOf(IEnumerable<MountTarget> targets, FileLayout layout = FileLayout.Plain)
    {
        List<MountTarget> all = [.. targets];
        string[] ids = [.. all.Select(t => t?.FileSystemId ?? "").Distinct(StringComparer.Ordinal)];
        return new ShardMap { Layout = layout, MountTargets = all, FileSystems = [.. ids.Select(id => new FileSystem { FileSystemId = id })] };
    }

    private static ShardMap Checked(IEnumerable<MountTarget> targets, FileLayout layout, bool isStandIn)
    {
        var map = ShardMapCodec.Check(MapOf(targets, layout), "EfsShardingOptions.DefaultTargets");
        return isStandIn && map.FileSystems.Count > 1
            ? map with { FileSystems = [.. map.FileSystems.Select(f => f with { State = FileSystemState.Joining })] }
            : map;
    }
}
