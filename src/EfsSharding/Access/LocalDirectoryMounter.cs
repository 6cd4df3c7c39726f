using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;

namespace EfsSharding.Access;

/// <summary>Serves each file system from a directory of its own; all mount targets of one show the same files, as on EFS.</summary>
internal sealed class LocalDirectoryMounter(LocalDirectoryOptions options, IDirectoryVolumeFactory volumes) : IVolumeMounter
{
    public string Access => "local";

    public string ServerRoot { get; } = options.Root is { Length: > 0 } root ? Path.GetFullPath(root) : "";

    public async Task<IVolume> MountAsync(MountTarget target, CancellationToken cancellationToken)
    {
        var id = target.FileSystemId;
        if (id is "" or "." or ".." || id.AsSpan().ContainsAny("/\\\0"))
        {
            throw new MountFailedException(target, $"the id of its file system, '{id}', cannot be the name of a directory. Fix the shard map.");
        }

        var path = Path.GetFullPath(Path.Join(options.Root, id));
        try
        {
            await volumes.LookAsync(() => Directory.CreateDirectory(path), cancellationToken).ConfigureAwait(false);
            return await volumes.OpenAsync(target.MountTargetId, path, verifyRoot: null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MountFailedException(target, $"the directory '{path}' cannot be used: {e.Message} Let this user write there, or choose another root for the local directories.", e);
        }
    }

    /// <summary>The directory and its files stay.</summary>
    public async Task UnmountAsync(MountTarget target, IVolume volume, CancellationToken cancellationToken) =>
        await volume.DisposeAsync().ConfigureAwait(false);
}
