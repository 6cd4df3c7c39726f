using EfsSharding.Storage.Linux;
using EfsSharding.Storage.Managed;
using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Storage;

/// <summary>Chooses how a directory is opened, and opens it in the lane that will serve it, as a dead mount may hang already here.</summary>
internal sealed class DirectoryVolumeFactory(EfsShardingOptions options, TimeProvider timeProvider) : IDirectoryVolumeFactory
{
    public async Task<IVolume> OpenAsync(
        MountTarget target, string rootPath, Action<SafeFileHandle>? verifyRoot, CancellationToken cancellationToken)
    {
        var lane = new BlockingLane(target.MountTargetId, options.MaxConcurrentOperationsPerTarget, options.OperationTimeout, timeProvider);
        try
        {
            var root = await lane.RunAsync(static s => Open(s.rootPath, s.verifyRoot), (rootPath, verifyRoot), changes: false, cancellationToken)
                .ConfigureAwait(false);
            return new DirectoryVolume(rootPath, root, lane, timeProvider);
        }
        catch
        {
            lane.Dispose();
            throw;
        }
    }

    private static IRootDirectory Open(string rootPath, Action<SafeFileHandle>? verifyRoot)
    {
        if (!LinuxCalls.AreKnownHere)
        {
            return new ManagedRootDirectory(rootPath);
        }

        var root = LinuxRootDirectory.Open(rootPath);
        try
        {
            verifyRoot?.Invoke(root.Handle);
            return root;
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }
}
