using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Access;

/// <summary>Uses volumes that the platform or an operator mounted. Never mounts or unmounts.</summary>
internal sealed class PremountedMounter(PremountedOptions options, IDirectoryVolumeFactory volumes, IProcFileSystem proc) : IVolumeMounter
{
    private readonly DirectoryClaims _claims = new();

    public string Access => "premounted";

    /// <summary>The directory that the options give for a target, or null.</summary>
    public string? DirectoryOf(MountTarget target) =>
        options.Directories.TryGetValue(target.MountTargetId, out var ofTarget) ? ofTarget
        : options.Directories.TryGetValue(target.FileSystemId, out var ofFileSystem) ? ofFileSystem
        : options.Directory;

    /// <inheritdoc cref="IDirectoryVolumeFactory.LookAsync"/>
    public Task<T> LookAsync<T>(Func<T> look, CancellationToken cancellationToken) => volumes.LookAsync(look, cancellationToken);

    public Task<IVolume> MountAsync(MountTarget target, CancellationToken cancellationToken) =>
        MountAsync(target, static _ => null, cancellationToken);

    /// <summary>The same, where more than an NFS mount was asked for.</summary>
    /// <param name="target">The target to reach.</param>
    /// <param name="missing">Says what a mount lacks of what was asked for, as the end of a sentence, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IVolume> MountAsync(MountTarget target, Func<MountEntry, string?> missing, CancellationToken cancellationToken)
    {
        var directory = DirectoryOf(target) ?? throw new MountFailedException(target,
            $"no directory is configured for it. Add {target.MountTargetId} or {target.FileSystemId} to PremountedOptions.Directories, or set PremountedOptions.Directory.");
        _claims.ThrowIfOthers(target, directory);
        var volume = await OpenAsync(target, directory, missing, cancellationToken).ConfigureAwait(false);
        try
        {
            // Only what could be opened stands for a file system.
            _claims.Claim(target, directory);
            return volume;
        }
        catch
        {
            await volume.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens a directory that must lie on an NFS mount, unless the options say otherwise.</summary>
    /// <param name="target">The target to reach.</param>
    /// <param name="directory">Where it is mounted.</param>
    /// <param name="missing">Says what a mount lacks of what was asked for, as the end of a sentence, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IVolume> OpenAsync(
        MountTarget target, string directory, Func<MountEntry, string?> missing, CancellationToken cancellationToken)
    {
        try
        {
            return await volumes.OpenAsync(
                directory, directory, root => Verify(root, directory, target, missing), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (MountFailedException or OperationCanceledException))
        {
            throw new MountFailedException(target, $"the volume at {directory} cannot be opened: {e.Message}", e);
        }
    }

    public async Task UnmountAsync(MountTarget target, IVolume volume, CancellationToken cancellationToken)
    {
        _claims.Release(target);
        await volume.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// The type of the mount that the opened directory lies on decides. Its place does not: containers show NFS mounts, or parts of
    /// them, through bind mounts.
    /// </summary>
    private void Verify(SafeFileHandle root, string directory, MountTarget target, Func<MountEntry, string?> missing)
    {
        var mount = MountTable.Parse(proc.Read("self/mountinfo")).FindById(DescriptorMount.IdOf(root, proc));
        if (mount is not null && missing(mount) is { } problem)
        {
            throw new MountFailedException(target,
                $"the mount at {mount.MountPoint}, which {directory} lies on, {problem}. Mount it as that asks (mount -t efs -o tls), or do not ask for it.");
        }

        if (options.RequireMount && mount is not { IsNfs: true })
        {
            throw new MountFailedException(target,
                $"{directory} does not lie on an NFS mount but on {mount?.FileSystemType ?? "an unknown file system"} at {mount?.MountPoint ?? "an unknown place"}, so nothing is written there. "
                + "Check that the volume is in the task definition, the function's configuration or fstab, or set PremountedOptions.RequireMount to false.");
        }
    }
}
