using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Targets;

/// <summary>
/// One mount target of the map in use, with its volume when it could be reached. Follows its health: a failed operation makes it
/// suspect, a probe decides, and a target that is down is tried again with back-off until it leaves the map.
/// </summary>
internal sealed partial class VolumeInUse : IAsyncDisposable
{
    private readonly IVolumeMounter _mounter;
    private readonly EfsShardingOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _retired = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IVolume? _volume;
    private volatile VolumeState _state;
    private Task _start = Task.CompletedTask;
    private Task _recovery = Task.CompletedTask;
    private bool _recovering;
    private int _leases = 1;

    public VolumeInUse(MountTarget target, IVolumeMounter mounter, EfsShardingOptions options, TimeProvider timeProvider, ILogger logger)
    {
        // A copy: what a mounter opened belongs to the one object that asked for it.
        Target = target with { };
        _mounter = mounter;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    public MountTarget Target { get; }

    public VolumeState State => _state;

    /// <summary>Why it is not up; null when it is, or was never tried.</summary>
    public string? Problem { get; private set; }

    /// <summary>Where the file system shows through it on this machine; null when it is not mounted.</summary>
    public string? RootPath => _volume?.RootPath;

    /// <summary>
    /// The path of a file from the server's root, as far as the way of reaching it tells: two stores may have different roots.
    /// </summary>
    public string ServerPathOf(string physicalPath) => _mounter.ServerRoot is { Length: > 0 } root ? $"{root}/{physicalPath}" : physicalPath;

    /// <summary>Gives the volume to one operation, until <see cref="Release"/>. Null when it cannot be used.</summary>
    public IVolume? TryLend()
    {
        if (_volume is not { } volume)
        {
            return null;
        }

        int leases;
        do
        {
            leases = Volatile.Read(ref _leases);
            if (leases == 0)
            {
                return null;
            }
        }
        while (Interlocked.CompareExchange(ref _leases, leases + 1, leases) != leases);
        return volume;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _leases) == 0)
        {
            _idle.TrySetResult();
        }
    }

    /// <summary>
    /// The first attempt to reach the target, bounded in time. A failure is kept, logged and tried again in the background.
    /// </summary>
    public Task StartAsync() => _start = ReachFirstAsync();

    /// <summary>An operation on the volume failed because of the target.</summary>
    public void ReportFault(Exception fault)
    {
        lock (_gate)
        {
            if (_state != VolumeState.Up)
            {
                return;
            }

            _state = VolumeState.Suspect;
            Problem = fault.Message;
        }

        LogFault(_logger, fault, Target.MountTargetId, Target.FileSystemId);
        Recover();
    }

    /// <summary>The target has left the map: waits for the last operation and unmounts.</summary>
    /// <param name="closing">
    /// The process ends: nothing is waited for any more. A volume that is in use is closed, and stays mounted.
    /// </param>
    public async Task RetireAsync(CancellationToken closing)
    {
        await StopReachingAsync().ConfigureAwait(false);

        // An operation may have looked at the old map a moment ago and not borrowed its volume yet.
        await Task.Delay(_options.OperationTimeout, _timeProvider, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Release();
        await _idle.Task.WaitAsync(closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_volume is { } inUse && !_idle.Task.IsCompleted)
        {
            await inUse.DisposeAsync().ConfigureAwait(false);
            return;
        }

        if (_volume is { } volume)
        {
            using var deadline = new CancellationTokenSource(_options.MountTimeout, _timeProvider);
            await _mounter.UnmountAsync(Target, volume, deadline.Token).ConfigureAwait(false);
        }

        LogRetired(_logger, Target.MountTargetId, Target.FileSystemId);
        _retired.Dispose();
    }

    /// <summary>The process ends: closes the volume and leaves the mount for the next process.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopReachingAsync().ConfigureAwait(false);
        if (_volume is { } volume)
        {
            await volume.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task ReachFirstAsync()
    {
        try
        {
            _volume = await MountAsync().ConfigureAwait(false);
            GoUp();
        }
        catch (Exception e)
        {
            GoDown(e);
            Recover();
        }
    }

    /// <summary>After it nothing opens a volume any more: an attempt that began before would open one that nobody closes.</summary>
    private async Task StopReachingAsync()
    {
        await _retired.CancelAsync().ConfigureAwait(false);
        await _start.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _recovery.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<IVolume> MountAsync()
    {
        using var deadline = new CancellationTokenSource(_options.MountTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _retired.Token);
        try
        {
            return await _mounter.MountAsync(Target, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !_retired.IsCancellationRequested)
        {
            throw new MountFailedException(Target, $"it did not answer within {_options.MountTimeout.TotalSeconds:0.###} s. "
                + "Check that its security group lets this host in on TCP port 2049.");
        }
    }

    private void Recover()
    {
        lock (_gate)
        {
            if (!_recovering && !_retired.IsCancellationRequested)
            {
                _recovering = true;
                _recovery = RecoverAsync();
            }
        }
    }

    private async Task RecoverAsync()
    {
        await Task.Yield();
        var delay = _options.MinRetryDelay;
        var isUnknown = false;
        while (!HasRecovered())
        {
            try
            {
                if (isUnknown || _state == VolumeState.Down)
                {
                    await Task.Delay(delay, _timeProvider, _retired.Token).ConfigureAwait(false);
                    delay = delay * 2 < _options.MaxRetryDelay ? delay * 2 : _options.MaxRetryDelay;
                }

                isUnknown = false;
                await ReachAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_retired.IsCancellationRequested)
            {
                return;
            }
            catch (StoreBusyException)
            {
                // This process has too many files open, which says nothing of the target.
                isUnknown = true;
            }
            catch (Exception e)
            {
                GoDown(e);
            }
        }
    }

    /// <summary>Asks the volume that there is; mounts when there is none, or when what was opened has gone stale.</summary>
    private async Task ReachAsync()
    {
        var old = _volume;
        if (old is not null)
        {
            try
            {
                await old.ProbeAsync(_retired.Token).ConfigureAwait(false);
                GoUp();
                return;
            }
            catch (TargetFaultException) when (_state == VolumeState.Down)
            {
                // A descriptor may be stale for good where a new one would work.
            }
        }

        var volume = await MountAsync().ConfigureAwait(false);
        IVolume? unused = volume;
        try
        {
            await volume.ProbeAsync(_retired.Token).ConfigureAwait(false);
            (_volume, unused) = (volume, old);
            GoUp();
        }
        finally
        {
            if (unused is not null)
            {
                await unused.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private bool HasRecovered()
    {
        lock (_gate)
        {
            _recovering = _state != VolumeState.Up;
            return !_recovering;
        }
    }

    private void GoUp()
    {
        lock (_gate)
        {
            _state = VolumeState.Up;
            Problem = null;
        }

        LogUp(_logger, Target.MountTargetId, Target.FileSystemId, _mounter.Access, RootPath ?? "no local path");
    }

    private void GoDown(Exception problem)
    {
        lock (_gate)
        {
            _state = VolumeState.Down;
            Problem = problem.Message;
        }

        LogDown(_logger, problem, Target.MountTargetId, Target.FileSystemId);
    }

    [LoggerMessage(1150, LogLevel.Information, "Mount target {MountTargetId} of {FileSystemId} is up ({Access}, {RootPath}).", EventName = "TargetUp")]
    private static partial void LogUp(ILogger logger, string mountTargetId, string fileSystemId, string access, string rootPath);

    [LoggerMessage(1151, LogLevel.Warning, "Mount target {MountTargetId} of {FileSystemId} is down; it is tried again with back-off.", EventName = "TargetDown")]
    private static partial void LogDown(ILogger logger, Exception exception, string mountTargetId, string fileSystemId);

    [LoggerMessage(1152, LogLevel.Warning, "An operation failed on mount target {MountTargetId} of {FileSystemId}; other targets of the file system serve first until it answers a probe.", EventName = "TargetSuspect")]
    private static partial void LogFault(ILogger logger, Exception exception, string mountTargetId, string fileSystemId);

    [LoggerMessage(1153, LogLevel.Information, "Mount target {MountTargetId} of {FileSystemId} has left the shard map and was released.", EventName = "TargetRetired")]
    private static partial void LogRetired(ILogger logger, string mountTargetId, string fileSystemId);
}
