using System.Collections.Concurrent;
using EfsSharding.Volumes.Directories.Lanes;
using EfsSharding.Volumes.Directories.Linux;
using EfsSharding.Volumes.Directories.Managed;
using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Volumes.Directories;

/// <summary>
/// Chooses how a directory is opened, and opens it in the lanes that will serve it, as a dead mount may hang already here.
/// </summary>
/// <param name="options">The store's options.</param>
/// <param name="timeProvider">The clock of the deadlines.</param>
/// <param name="instanceAt">
/// Names what is mounted at a path, without asking the server of it; null: nothing is ever mounted over another.
/// </param>
internal sealed class DirectoryVolumeFactory(EfsShardingOptions options, TimeProvider timeProvider, Func<string, string>? instanceAt = null) : IDirectoryVolumeFactory
{
    /// <summary>Calls that look at this machine and hang all the same hold up no more threads than these.</summary>
    private const int LooksAtOnce = 4;

    private readonly ConcurrentDictionary<string, MountLanes> _lanes = new(StringComparer.Ordinal);
    private readonly BlockingLane _looks = new("this machine's table of mounts", LooksAtOnce, options.OperationTimeout, timeProvider);

    public async Task<IVolume> OpenAsync(string mount, string rootPath, Action<SafeFileHandle>? verifyRoot, CancellationToken cancellationToken)
    {
        var instance = instanceAt is null ? null : await LookAsync(() => instanceAt(rootPath), cancellationToken).ConfigureAwait(false);
        var lanes = LanesOf(mount).For(instance);
        var root = await lanes.Upkeep.RunAsync(static s => Open(s.rootPath, s.verifyRoot), (rootPath, verifyRoot), changes: false, cancellationToken)
            .ConfigureAwait(false);
        return new DirectoryVolume(rootPath, root, lanes, timeProvider);
    }

    public Task<T> LookAsync<T>(Func<T> look, CancellationToken cancellationToken) =>
        _looks.RunAsync(static l => l(), look, changes: false, cancellationToken);

    private MountLanes LanesOf(string mount) => _lanes.GetOrAdd(
        mount,
        static (name, s) => new MountLanes(
            () => new VolumeLanes(name, s.options.MaxConcurrentOperationsPerTarget, s.options.OperationTimeout, s.timeProvider)),
        (options, timeProvider));

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
