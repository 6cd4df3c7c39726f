namespace EfsSharding.Discovery;

/// <summary>A map that the options spell out. It never changes.</summary>
/// <param name="targets">The mount targets.</param>
/// <param name="isStandIn">
/// It serves while the published map cannot be read, which may have weights and states of its file systems: so that their files are found
/// all the same, each bucket is looked for on all of them.
/// </param>
internal sealed class FixedShardMapSource(IEnumerable<MountTarget> targets, bool isStandIn = false) : IShardMapSource
{
    private readonly ShardMapVersion _version = new()
    {
        Map = MapOf(targets, isStandIn),
        IsFromOptions = true,
        IsStandIn = isStandIn,
    };

    public string Origin => "EfsShardingOptions.DefaultTargets";

    public Task<ShardMapVersion> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(_version);

    public static ShardMap MapOf(IEnumerable<MountTarget> targets, bool isStandIn = false)
    {
        List<MountTarget> all = [.. targets];
        string[] ids = [.. all.Select(t => t?.FileSystemId ?? "").Distinct(StringComparer.Ordinal)];
        var state = isStandIn && ids.Length > 1 ? FileSystemState.Joining : FileSystemState.Active;
        return new ShardMap { MountTargets = all, FileSystems = [.. ids.Select(id => new FileSystem { FileSystemId = id, State = state })] };
    }
}
