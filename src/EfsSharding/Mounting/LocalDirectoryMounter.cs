using EfsSharding.Storage;

namespace EfsSharding.Mounting;

/// <summary>Serves each file system from a directory of its own; all mount targets of one show the same files, as on EFS.</summary>
internal sealed class LocalDirectoryMounter(LocalDirectoryOptions options, IDirectoryVolumeFactory volumes) : IVolumeMounter
{
    public string Access => "local";

    public async Task<IVolume> MountAsync(MountTarget target, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(Path.Join(options.Root, target.FileSystemId));
        try
        {
            Directory.CreateDirectory(path);
            return await volumes.OpenAsync(target, path, verifyRoot: null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MountFailedException(target, $"the directory '{path}' cannot be used. {e.Message}", e);
        }
    }

    public async Task UnmountAsync(MountTarget target, IVolume volume, CancellationToken cancellationToken) =>
        await volume.DisposeAsync().ConfigureAwait(false);
}
