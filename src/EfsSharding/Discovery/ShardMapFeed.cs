using Microsoft.Extensions.Logging;

namespace EfsSharding.Discovery;

/// <summary>
/// Keeps the last good map and brings newer ones into use: one reload at a time, on access once the map has reached an age, and on
/// any failure the map in use stays in use.
/// </summary>
internal sealed partial class ShardMapFeed(
    IShardMapSource source,
    IShardMapSource? fallback,
    Func<ShardMapVersion, CancellationToken, Task> apply,
    ShardMapTimes times,
    TimeProvider timeProvider,
    ILogger<ShardMapFeed> logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _reload = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _startGate = new();
    private Task _starting = Task.FromCanceled(new CancellationToken(canceled: true));
    private Task _background = Task.CompletedTask;
    private long _lookedAt;
    private int _refreshing;
    private bool _inUseIsFallback;

    /// <summary>Whether the store is closed, or closing.</summary>
    public bool IsClosed => _closing.IsCancellationRequested;

    /// <summary>The map in use; null until the first load has ended well.</summary>
    public ShardMapVersion? InUse { get; private set; }

    /// <summary>
    /// Loads the first map. Callers share the attempt that is under way, and it goes on when one of them gives up. Called after a failure,
    /// it tries again; afterwards it does nothing.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The feed was closed.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsClosed)
        {
            return Task.FromException(Closed());
        }

        TaskCompletionSource? own = null;
        Task attempt;
        lock (_startGate)
        {
            if (_starting is { IsCompleted: true, IsCompletedSuccessfully: false })
            {
                own = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _starting = own.Task;
            }

            attempt = _starting;
        }

        if (own is not null)
        {
            _ = AttemptAsync(own);
        }

        return attempt.WaitAsync(cancellationToken);
    }

    /// <summary>Starts a reload when the map is old and none is under way; returns at once. Costs a clock reading when there is nothing to do.</summary>
    public void RefreshIfOld()
    {
        if (timeProvider.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= times.RefreshInterval
            && !IsClosed
            && Interlocked.CompareExchange(ref _refreshing, 1, 0) == 0)
        {
            _background = RefreshInBackgroundAsync();
        }
    }

    /// <summary>Reads the map and uses it when it is newer. Failures are logged, and the map in use stays.</summary>
    /// <exception cref="ObjectDisposedException">The feed was closed.</exception>
    public Task RefreshAsync(CancellationToken cancellationToken) => ReloadAsync(LoadNewerAsync, cancellationToken);

    /// <summary>Ends the reload under way and lets no other begin, so that nothing is brought into use any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _reload.WaitAsync().ConfigureAwait(false);
        _reload.Release();
        await _background.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AttemptAsync(TaskCompletionSource attempt)
    {
        try
        {
            await ReloadAsync(LoadFirstAsync, CancellationToken.None).ConfigureAwait(false);
            attempt.SetResult();
        }
        catch (Exception e)
        {
            attempt.SetException(e);

            // Its callers see it; when all have given up, nobody does.
            _ = attempt.Task.Exception;
        }
    }

    private static ObjectDisposedException Closed() => new(nameof(IShardedFileStore));

    private void ThrowIfClosed()
    {
        if (IsClosed)
        {
            throw Closed();
        }
    }

    private async Task ReloadAsync(Func<CancellationToken, Task> load, CancellationToken cancellationToken)
    {
        await _reload.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            await load(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (IsClosed && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException("The store was closed while its shard map was being loaded.", e);
        }
        finally
        {
            Volatile.Write(ref _lookedAt, timeProvider.GetTimestamp());
            _reload.Release();
        }
    }

    private async Task LoadFirstAsync(CancellationToken cancellationToken)
    {
        if (InUse is null)
        {
            await UseAsync(await ReadFirstAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LoadNewerAsync(CancellationToken cancellationToken)
    {
        try
        {
            var version = await ReadAsync(source, cancellationToken).ConfigureAwait(false);
            if (_inUseIsFallback || InUse is null || IsNewer(version, InUse))
            {
                await UseAsync(version, cancellationToken).ConfigureAwait(false);
                _inUseIsFallback = false;
            }
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            throw e as OperationCanceledException ?? new OperationCanceledException("The shard map was being loaded.", e, cancellationToken);
        }
        catch (Exception e)
        {
            LogReloadFailed(logger, e, source.Origin, InUse?.Map.Revision ?? -1);
        }
    }

    private async Task RefreshInBackgroundAsync()
    {
        try
        {
            await Task.Yield();
            await RefreshAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (ObjectDisposedException) when (IsClosed)
        {
            // Nobody waits for a newer map any more.
        }
        finally
        {
            Volatile.Write(ref _refreshing, 0);
        }
    }

    private async Task<ShardMapVersion> ReadFirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            var version = await ReadAsync(source, cancellationToken).ConfigureAwait(false);
            _inUseIsFallback = false;
            return version;
        }
        catch (Exception e) when (fallback is not null && (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested))
        {
            LogFallback(logger, e, source.Origin, fallback.Origin);
            _inUseIsFallback = true;
            return await ReadAsync(fallback, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A source that does not listen to the token, or waits for minutes for a network that is not there, is left behind.</summary>
    private async Task<ShardMapVersion> ReadAsync(IShardMapSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(cancellationToken).WaitAsync(times.ReadTimeout, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new IOException($"The shard map in '{source.Origin}' could not be read within {times.ReadTimeout.TotalSeconds:0.###} s (EfsShardingOptions.MountTimeout). "
                + "Check that this host reaches it: for SSM a NAT gateway or an endpoint of the VPC.", e);
        }
    }

    private async Task UseAsync(ShardMapVersion version, CancellationToken cancellationToken)
    {
        await apply(version, cancellationToken).ConfigureAwait(false);
        InUse = version;
        LogInUse(logger, source.Origin, version.Map.Revision, version.Map.MountTargets.Count, version.Map.FileSystems.Count);
    }

    /// <summary>
    /// A document that is older in both revision and time is a step back, from a reader that lags behind. A parameter that was deleted and made again may
    /// start at revision 1 again, at a later time.
    /// </summary>
    private bool IsNewer(ShardMapVersion read, ShardMapVersion inUse)
    {
        if (read.Map.Equals(inUse.Map))
        {
            return false;
        }

        var isStepBack = read.Map.Revision <= inUse.Map.Revision && read.LastModified < inUse.LastModified;
        if (isStepBack)
        {
            LogOlderIgnored(logger, source.Origin, read.Map.Revision, inUse.Map.Revision);
        }

        return !isStepBack;
    }

    [LoggerMessage(1000, LogLevel.Information, "Shard map {Origin} in use: revision {Revision}, {MountTargets} mount targets of {FileSystems} file systems.", EventName = "ShardMapInUse")]
    private static partial void LogInUse(ILogger logger, string origin, long revision, int mountTargets, int fileSystems);

    [LoggerMessage(1001, LogLevel.Warning, "Shard map {Origin} could not be brought into use; revision {Revision} stays.", EventName = "ShardMapReloadFailed")]
    private static partial void LogReloadFailed(ILogger logger, Exception exception, string origin, long revision);

    [LoggerMessage(1002, LogLevel.Warning, "Shard map {Origin} could not be read; starting with {Fallback}.", EventName = "ShardMapFallback")]
    private static partial void LogFallback(ILogger logger, Exception exception, string origin, string fallback);

    [LoggerMessage(1003, LogLevel.Information, "Shard map {Origin} shows revision {Revision}, which is older than {InUse} in use; ignored.", EventName = "ShardMapOlderIgnored")]
    private static partial void LogOlderIgnored(ILogger logger, string origin, long revision, long inUse);
}
