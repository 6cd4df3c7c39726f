using EfsSharding.Discovery;
using EfsSharding.Mounting;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Storage;

/// <summary>The map in use and its volumes: started once, changed when a newer map comes, closed with the store.</summary>
internal sealed partial class StoreTargets : IAsyncDisposable
{
    private readonly IVolumeMounter _mounter;
    private readonly EfsShardingOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<StoreTargets> _logger;
    private readonly ShardMapFeed _feed;
    private readonly List<Task> _retiring = [];
    private volatile VolumesInUse? _inUse;

    public StoreTargets(
        IShardMapSource source,
        IShardMapSource? fallback,
        IVolumeMounter mounter,
        EfsShardingOptions options,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory)
    {
        _mounter = mounter;
        _options = options;
        _timeProvider = timeProvider;
        _logger = loggerFactory.CreateLogger<StoreTargets>();
        _feed = new ShardMapFeed(source, fallback, ApplyAsync, options, timeProvider, loggerFactory.CreateLogger<ShardMapFeed>());
    }

    /// <summary>Null until the store has started.</summary>
    public VolumesInUse? InUse => _inUse;

    /// <summary>What operations use now; starts the store when nothing has, and has the map read again when it is old.</summary>
    public ValueTask<VolumesInUse> GetAsync(CancellationToken cancellationToken)
    {
        if (_feed.IsClosed)
        {
            return ValueTask.FromException<VolumesInUse>(new ObjectDisposedException(nameof(IShardedFileStore)));
        }

        if (_inUse is not { } inUse)
        {
            return new ValueTask<VolumesInUse>(StartAsync(cancellationToken));
        }

        _feed.RefreshIfOld();
        return new ValueTask<VolumesInUse>(inUse);
    }

    /// <summary>Loads the map and reaches its targets. Does nothing when that is done; after a failure it tries again.</summary>
    /// <exception cref="TargetUnavailableException">A file system has no target that answers.</exception>
    public async Task<VolumesInUse> StartAsync(CancellationToken cancellationToken)
    {
        await _feed.StartAsync(cancellationToken).ConfigureAwait(false);
        return _inUse!;
    }

    /// <summary>Reads the map now and uses it when it is newer.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken) => _feed.RefreshAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // First, as a reload that came to its end afterwards would bring volumes into use that nobody closes.
        await _feed.DisposeAsync().ConfigureAwait(false);
        foreach (var volume in _inUse?.Volumes ?? [])
        {
            await volume.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task ApplyAsync(ShardMapVersion version, CancellationToken cancellationToken)
    {
        var previous = _inUse;
        var next = VolumesInUse.For(
            version.Map, _options.RoutingRule, previous, target => new VolumeInUse(target, _mounter, _options, _timeProvider, _logger));
        VolumeInUse[] added = [.. next.Except(previous)];
        try
        {
            await Task.WhenAll(added.Select(v => v.StartAsync())).WaitAsync(cancellationToken).ConfigureAwait(false);
            RequireService(next, previous);
            await LayoutCheck.RunAsync(next, previous, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Retire(added);
            throw;
        }

        _inUse = next;
        Retire(previous?.Except(next) ?? []);
    }

    /// <summary>A map is used only when each of its file systems serves, unless it is one that does not serve now either.</summary>
    private static void RequireService(VolumesInUse next, VolumesInUse? previous)
    {
        foreach (var id in next.Map.FileSystems.Select(f => f.FileSystemId).Where(id => !next.Serves(id)))
        {
            var isKnown = previous?.Map.FileSystems.Any(f => f.FileSystemId == id) == true;
            if (!isKnown || previous!.Serves(id))
            {
                var problems = next.Volumes.Where(v => v.Target.FileSystemId == id).Select(v => v.Problem);
                throw new TargetUnavailableException(id, $"No mount target of {id} could be reached. {string.Join(" ", problems)}");
            }
        }
    }

    private void Retire(IEnumerable<VolumeInUse> volumes)
    {
        lock (_retiring)
        {
            _retiring.RemoveAll(t => t.IsCompleted);
            _retiring.AddRange(volumes.Select(RetireAsync));
        }
    }

    private async Task RetireAsync(VolumeInUse volume)
    {
        try
        {
            await volume.RetireAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogRetireFailed(_logger, e, volume.Target.MountTargetId);
        }
    }

    [LoggerMessage(1200, LogLevel.Warning, "Mount target {MountTargetId} has left the shard map but could not be released; unmount it by hand when nothing uses it.", EventName = "TargetNotReleased")]
    private static partial void LogRetireFailed(ILogger logger, Exception exception, string mountTargetId);
}
