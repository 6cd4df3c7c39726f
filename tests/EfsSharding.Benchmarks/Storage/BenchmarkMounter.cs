using EfsSharding.Mounting;
using EfsSharding.Storage;

namespace EfsSharding.Benchmarks.Storage;

/// <summary>Local directories, and one target that never answers.</summary>
internal sealed class BenchmarkMounter(string root, string? hungTargetId, EfsShardingOptions options) : IVolumeMounter
{
    private readonly LocalDirectoryMounter _local = new(
        new LocalDirectoryOptions { Root = root }, new DirectoryVolumeFactory(options, TimeProvider.System));

    public string Access => "local";

    public async Task<IVolume> MountAsync(MountTarget target, CancellationToken cancellationToken)
    {
        if (target.MountTargetId != hungTargetId)
        {
            return await _local.MountAsync(target, cancellationToken);
        }

        var lane = new BlockingLane(target.MountTargetId, options.MaxConcurrentOperationsPerTarget, options.OperationTimeout, TimeProvider.System);
        return new DirectoryVolume(Path.Join(root, target.FileSystemId), new HungDirectory(), lane, TimeProvider.System);
    }

    public Task UnmountAsync(MountTarget target, IVolume volume, CancellationToken cancellationToken) => _local.UnmountAsync(target, volume, cancellationToken);
}
