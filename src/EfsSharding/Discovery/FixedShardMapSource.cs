namespace EfsSharding.Discovery;

/// <summary>A map that the options spell out. It never changes.</summary>
internal sealed class FixedShardMapSource(IEnumerable<MountTarget> targets) : IShardMapSource
{
    private readonly ShardMapVersion _version = new()
    {
        Map = FromTargets([.. targets]),
    };

    public string Origin => "EfsShardingOptions.DefaultTargets";

    public Task<ShardMapVersion> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(_version);

    private static ShardMap FromTargets(List<MountTarget> targets) => new()
    {
        MountTargets = targets,
        FileSystems = [.. targets.Select(t => t.FileSystemId).Distinct(StringComparer.Ordinal).Select(id => new FileSystem { FileSystemId = id })],
    };
}
