using EfsSharding.Access;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using EfsSharding.Volumes.Directories.Lanes;

namespace EfsSharding.Benchmarks.Storage;

/// <summary>Local directories, and targets that stop to answer once they were reached: their calls never end, nor does opening them again.</summary>
internal sealed class BenchmarkMounter(string root, IReadOnlySet<string> hungTargetIds, EfsShardingOptions options) : IVolumeMounter
{
    private readonly DirectoryVolumeFactory _volumes = new(options, TimeProvider.System);
    private readonly Task _never = new TaskCompletionSource().Task;
    private readonly HashSet<string> _reached = new(StringComparer.Ordinal);

    public string Access => "local";

    public Task<IVolume> MountAsync(MountTarget target, CancellationToken cancellationToken)
    {
        if (!hungTargetIds.Contains(target.MountTargetId))
        {
            return new LocalDirectoryMounter(new LocalDirectoryOptions { Root = root }, _volumes).MountAsync(target, cancellationToken);
        }

        var path = Path.Join(root, target.FileSystemId);
        lock (_reached)
        {
            if (!_reached.Add(target.MountTargetId))
            {
                Directory.CreateDirectory(path);
                return _volumes.OpenAsync(target.MountTargetId, path, _ => _never.Wait(CancellationToken.None), cancellationToken);
            }
        }

        var lanes = new VolumeLanes(target.MountTargetId, options.MaxConcurrentOperationsPerTarget, options.OperationTimeout, TimeProvider.System);
        return Task.FromResult<IVolume>(new DirectoryVolume(path, new HungDirectory(), lanes, TimeProvider.System));
    }

    public async Task UnmountAsync(MountTarget target, IVolume volume, CancellationToken cancellationToken) => await volume.DisposeAsync();
}
