using EfsSharding.Discovery;
using EfsSharding.Discovery.Zones;
using EfsSharding.Routing;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Targets;

/// <summary>The map in use and its volumes: started once, changed when a newer map comes, closed with the store.</summary>
internal sealed partial class StoreTargets : IAsyncDisposable
{
    /// <summary>How long a start waits for further targets once one of each file system serves.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly string _origin;
    private readonly IVolumeMounter _mounter;
    private readonly EfsShardingOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<StoreTargets> _logger;
    private readonly ShardMapFeed _feed;
    private readonly ClientZone? _clientZone;
    private readonly List<Task> _retiring = [];
    private readonly CancellationTokenSource _closing = new();
    private volatile VolumesInUse? _inUse;
    private bool _isStandIn;

    public StoreTargets(
        IShardMapSource source,
        IShardMapSource? fallback,
        IVolumeMounter mounter,
        EfsShardingOptions options,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        ClientZone? clientZone = null)
    {
        _origin = source.Origin;
        _mounter = mounter;
        _options = options;
        _timeProvider = timeProvider;
        _clientZone = clientZone;
        _logger = loggerFactory.CreateLogger<StoreTargets>();
        _feed = new ShardMapFeed(
            source, fallback, ApplyAsync, new ShardMapTimes(options.RefreshInterval, options.MountTimeout), timeProvider, loggerFactory.CreateLogger<ShardMapFeed>());
    }

    /// <summary>Null until the store has started.</summary>
    public VolumesInUse? InUse => _inUse;

    /// <summary>Whether the store is closed, or closing.</summary>
    public bool IsClosed => _feed.IsClosed;

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

    /// <summary>
    /// Loads the map and reaches its targets, once for all who call meanwhile. Does nothing when that is done; after a failure it tries
    /// again.
    /// </summary>
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
        var closed = Task.WhenAll((_inUse?.Volumes ?? []).Select(v => v.DisposeAsync().AsTask()));
        await closed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] retiring;
        lock (_retiring)
        {
            retiring = [.. _retiring];
        }

        // Nobody else will ever unmount what has left the map: a later process does not know of it.
        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(retiring).ConfigureAwait(false);

        // A volume that could not be closed is said once nothing else is open.
        await closed.ConfigureAwait(false);
    }

    private async Task ApplyAsync(ShardMapVersion version, CancellationToken cancellationToken)
    {
        var previous = _inUse;
        RefuseToHideFiles(version, previous);
        var zone = _clientZone is null ? null : await _clientZone.GetAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var next = VolumesInUse.For(
            version.Map, _options.RoutingRule, previous, target => new VolumeInUse(target, _mounter, _options, _timeProvider, _logger), zone);
        VolumeInUse[] added = [.. next.Except(previous)];
        try
        {
            await ReachAsync(next, added, cancellationToken).ConfigureAwait(false);
            RequireService(next, previous);
            await LayoutCheck.RunAsync(next, previous, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Retire(added);
            throw;
        }

        _inUse = next;
        _isStandIn = version.IsStandIn;
        Retire(previous?.Except(next) ?? []);
    }

    /// <summary>
    /// Waits until each file system serves, or all attempts have ended; a target that is slower is reached in the background.
    /// </summary>
    private async Task ReachAsync(VolumesInUse next, VolumeInUse[] added, CancellationToken cancellationToken)
    {
        var pending = added.Select(v => v.StartAsync()).ToList();
        while (pending.Count > 0 && !next.Map.FileSystems.All(f => next.Serves(f.FileSystemId)))
        {
            pending.Remove(await Task.WhenAny(pending).WaitAsync(cancellationToken).ConfigureAwait(false));
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.WhenAll(pending), Task.Delay(Grace, _timeProvider, enough.Token)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        await enough.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Files whose bucket would be looked for elsewhere would seem to be gone, though nobody deleted them.</summary>
    private void RefuseToHideFiles(ShardMapVersion version, VolumesInUse? previous)
    {
        string[] ids = [.. version.Map.FileSystems.Select(f => f.FileSystemId)];
        if (_options.RoutingRule == RoutingRule.Modulo && ids.Length > 1)
        {
            throw new ShardMapFormatException(_origin, "$.file_systems",
                $"it has {ids.Length} file systems, and EfsShardingOptions.RoutingRule is Modulo, with which each change of the mount targets would move files from one to another. Use Rendezvous, or one file system.");
        }

        var hidden = previous is null ? null : HiddenFiles.Between(previous.Map, version.Map);
        if (hidden is { OfOwners.Count: > 0 } && !_isStandIn)
        {
            throw new ShardMapFormatException(_origin, "$.file_systems",
                $"revision {version.Map.Revision} would hide files: {hidden.Buckets} of {PathHash.BucketCount} buckets would no longer be looked for on {string.Join(", ", hidden.OfOwners)}, which takes their files now. "
                + "Publish a new file system as joining and one that is to go as draining, and leave weights as they are. If the files are where this map looks for them, restart the service, which then uses it.");
        }

        if (hidden is not null && (hidden.OfOwners.Count > 0 || hidden.OfOlderHolders.Count > 0))
        {
            LogMayHide(_logger, _origin, version.Map.Revision, string.Join(", ", hidden.OfOwners.Union(hidden.OfOlderHolders)));
        }

        if (ids.Length > 1 && version.IsFromOptions)
        {
            LogDefaultsOfSeveral(_logger, string.Join(", ", ids));
        }
    }

    /// <summary>A map is used only when each of its file systems serves, unless it is one that does not serve now either.</summary>
    private static void RequireService(VolumesInUse next, VolumesInUse? previous)
    {
        foreach (var id in next.Map.FileSystems.Select(f => f.FileSystemId).Where(id => !next.Serves(id)))
        {
            var isKnown = previous?.Map.FileSystems.Any(f => f.FileSystemId == id) == true;
            if (!isKnown || previous!.Serves(id))
            {
                var problems = next.Volumes.Where(v => v.Target.FileSystemId == id).Select(v => v.Problem).Distinct();
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
            await volume.RetireAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogRetireFailed(_logger, e, volume.Target.MountTargetId);
        }
    }

    [LoggerMessage(1202, LogLevel.Warning, "Shard map {Origin}, revision {Revision}: files of some buckets are no longer looked for on {FileSystemIds}. Those that are still there and were not moved are not found.", EventName = "FilesMayBeHidden")]
    private static partial void LogMayHide(ILogger logger, string origin, long revision, string fileSystemIds);

    [LoggerMessage(1203, LogLevel.Warning, "EfsShardingOptions.DefaultTargets are of several file systems ({FileSystemIds}) and say neither weights nor states of them: files that a published map would look for elsewhere may not be found, and new ones may be written elsewhere.", EventName = "DefaultTargetsOfSeveralFileSystems")]
    private static partial void LogDefaultsOfSeveral(ILogger logger, string fileSystemIds);

    [LoggerMessage(1200, LogLevel.Warning, "Mount target {MountTargetId} has left the shard map but could not be released; unmount it by hand when nothing uses it.", EventName = "TargetNotReleased")]
    private static partial void LogRetireFailed(ILogger logger, Exception exception, string mountTargetId);
}
