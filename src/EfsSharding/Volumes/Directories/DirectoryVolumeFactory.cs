using System.Collections.Concurrent;
using EfsSharding.Volumes.Directories.Lanes;
using EfsSharding.Volumes.Directories.Linux;
using EfsSharding.Volumes.Directories.Managed;
using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Volumes.Directories;

/// <summary>Chooses how a directory is opened, and opens it in the lanes that will serve it, as a dead mount may hang already here.</summary>
internal sealed class DirectoryVolumeFactory(EfsShardingOptions options, TimeProvider timeProvider) : IDirectoryVolumeFactory
{
    private readonly ConcurrentDictionary<string, VolumeLanes> _lanes = new(StringComparer.Ordinal);

    public async Task<IVolume> OpenAsync(string mount, string rootPath, Action<SafeFileHandle>? verifyRoot, CancellationToken cancellationToken)
    {
        var lanes = _lanes.GetOrAdd(
            mount,
            static (name, s) => new VolumeLanes(name, s.options.MaxConcurrentOperationsPerTarget, s.options.OperationTimeout, s.timeProvider),
            (options, timeProvider));
        var root = await lanes.Upkeep.RunAsync(static s => Open(s.rootPath, s.verifyRoot), (rootPath, verifyRoot), changes: false, cancellationToken)
            .ConfigureAwait(false);
        return new DirectoryVolume(rootPath, root, lanes, timeProvider);
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
