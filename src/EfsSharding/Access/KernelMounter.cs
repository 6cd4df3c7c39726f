using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Access;

/// <summary>Mounts targets with the kernel's NFS client, at numbered directories. What is mounted there already is used as it is.</summary>
internal sealed partial class KernelMounter : IVolumeMounter
{
    /// <summary>A target in the same VPC answers within milliseconds; this leaves room for two lost packets.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A server that the kernel takes for another is mounted to see whether it still does, but not at each retry.</summary>
    private static readonly TimeSpan RefusalLifetime = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan UndoTimeout = TimeSpan.FromSeconds(10);

    private readonly KernelMountOptions _options;
    private readonly IDirectoryVolumeFactory _volumes;
    private readonly ICommandRunner _commands;
    private readonly IProcFileSystem _proc;
    private readonly IReachability _reachability;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<KernelMounter> _logger;
    private readonly MountPoints _mountPoints;
    private readonly TargetMounts _mounts;
    private readonly Unmounter _unmounter;
    private readonly ConcurrentDictionary<string, (MountTarget Target, IPAddress Address)> _inUse = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (IPAddress Address, MountTarget Other, long At)> _refused = new(StringComparer.Ordinal);
    private readonly Lock _claiming = new();

    public KernelMounter(
        KernelMountOptions options,
        IDirectoryVolumeFactory volumes,
        ICommandRunner commands,
        IProcFileSystem proc,
        IReachability reachability,
        TimeProvider timeProvider,
        ILogger<KernelMounter> logger)
    {
        _options = options;
        _volumes = volumes;
        _commands = commands;
        _proc = proc;
        _reachability = reachability;
        _timeProvider = timeProvider;
        _logger = logger;
        _mountPoints = new MountPoints(options);
        _mounts = new TargetMounts(options, _mountPoints, proc);
        _unmounter = new Unmounter(commands, proc, reachability, timeProvider, logger);
    }

    public string Access => "kernel";

    public async Task<IVolume> MountAsync(MountTarget target, CancellationToken cancellationToken)
    {
        var address = await FindServerAsync(target, cancellationToken).ConfigureAwait(false);
        if (await _volumes.LookAsync(() => _mounts.Find(target, address), cancellationToken).ConfigureAwait(false) is { } mounted)
        {
            await ClaimAsync(target, address, mounted, cancellationToken).ConfigureAwait(false);
            var found = await OpenAsync(target, address, mounted, cancellationToken).ConfigureAwait(false);
            LogFound(_logger, target.MountTargetId, target.FileSystemId, mounted);
            return found;
        }

        ThrowIfRefused(target, address);
        using var place = await _volumes.LookAsync(() => Reserve(target), cancellationToken).ConfigureAwait(false);
        try
        {
            await RunMountAsync(target, address, place, cancellationToken).ConfigureAwait(false);
            var volume = await OpenAsync(target, address, place.MountPoint, cancellationToken).ConfigureAwait(false);
            LogMounted(_logger, target.MountTargetId, target.FileSystemId, place.MountPoint);
            await _volumes.LookAsync(() => { ReportSharedConnection(target, address, place.MountPoint); return true; }, cancellationToken).ConfigureAwait(false);
            return volume;
        }
        catch
        {
            _inUse.TryRemove(KeyValuePair.Create(place.MountPoint, (target, address)));
            await UndoAsync(place.MountPoint, address).ConfigureAwait(false);
            throw;
        }
    }

    public async Task UnmountAsync(MountTarget target, IVolume volume, CancellationToken cancellationToken)
    {
        await volume.DisposeAsync().ConfigureAwait(false);

        // A target with two addresses may have been mounted by each. What was opened since, for a later map or attempt, is not ours any
        // more.
        foreach (var (mountPoint, used) in _inUse.Where(m => ReferenceEquals(m.Value.Target, target)))
        {
            if (_inUse.TryRemove(KeyValuePair.Create(mountPoint, used))
                && await _volumes.LookAsync(() => _mounts.IsAt(mountPoint, target, used.Address), cancellationToken).ConfigureAwait(false))
            {
                await _unmounter.UnmountAsync(mountPoint, EndPoint(used.Address), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Where it is mounted already, among the mount points of the options; null when it is not.</summary>
    public string? FindMounted(MountTarget target) =>
        TargetAddress.All(target).Select(address => _mounts.Find(target, address)).FirstOrDefault(static mountPoint => mountPoint is not null);

    /// <summary>
    /// The first address that answers. To open a mount whose server is away would cost a thread that hangs until the server is back.
    /// </summary>
    private async Task<IPAddress> FindServerAsync(MountTarget target, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        foreach (var address in TargetAddress.All(target))
        {
            var error = await _reachability.ConnectAsync(EndPoint(address), ConnectTimeout, cancellationToken).ConfigureAwait(false);
            if (error == SocketError.Success)
            {
                return address;
            }

            problems.Add(MountAdvice.For(error, EndPoint(address), ConnectTimeout));
        }

        throw new MountFailedException(target, string.Join(" ", problems));
    }

    private MountPlace Reserve(MountTarget target)
    {
        try
        {
            return _mountPoints.Reserve(_mounts.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MountFailedException(target, $"no mount point can be made: {e.Message} Check that {_options.MountRoot} is writable, or set KernelMountOptions.MountRoot.", e);
        }
    }

    private async Task RunMountAsync(MountTarget target, IPAddress address, MountPlace place, CancellationToken cancellationToken)
    {
        var arguments = KernelMountCommand.For(_options, target, address, place.MountPoint);
        var result = await _commands.RunAsync("mount", arguments, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0)
        {
            throw new MountFailedException(target, MountAdvice.For(result)) { IsForbidden = MountAdvice.ForbidsMounting(result) };
        }

        await _volumes.LookAsync(
            () =>
            {
                if (_mounts.Read().TopmostAt(place.MountPoint) is { } entry)
                {
                    Claim(target, address, place.MountPoint);
                    place.Record(_mounts.RecordOf(entry, target, address));
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private Task<bool> ClaimAsync(MountTarget target, IPAddress address, string mountPoint, CancellationToken cancellationToken) =>
        _volumes.LookAsync(() => { Claim(target, address, mountPoint); return true; }, cancellationToken);

    private async Task<IVolume> OpenAsync(MountTarget target, IPAddress address, string mountPoint, CancellationToken cancellationToken)
    {
        try
        {
            var volume = await _volumes.OpenAsync(
                target.MountTargetId, mountPoint, root => _mounts.Verify(root, mountPoint, target, address), cancellationToken).ConfigureAwait(false);
            return volume;
        }
        catch (Exception e) when (e is not (MountFailedException or OperationCanceledException))
        {
            throw new MountFailedException(target, $"its mount at {mountPoint} cannot be opened: {e.Message}", e);
        }
    }

    private async Task UndoAsync(string mountPoint, IPAddress address)
    {
        using var deadline = new CancellationTokenSource(UndoTimeout, _timeProvider);
        await _unmounter.UnmountAsync(mountPoint, EndPoint(address), deadline.Token).ConfigureAwait(false);
    }

    /// <summary>Of two that claim mounts at once, the second sees the first.</summary>
    private void Claim(MountTarget target, IPAddress address, string mountPoint)
    {
        lock (_claiming)
        {
            if (_options.Type == KernelMountType.Nfs4 && FindOtherFileSystem(target, address, mountPoint) is { } other)
            {
                _refused[target.MountTargetId] = (address, other, _timeProvider.GetTimestamp());
                throw Refusal(target, other);
            }

            _refused.TryRemove(target.MountTargetId, out _);
            _inUse[mountPoint] = (target, address);
        }
    }

    private void ThrowIfRefused(MountTarget target, IPAddress address)
    {
        if (_refused.TryGetValue(target.MountTargetId, out var refused)
            && refused.Address.Equals(address)
            && _timeProvider.GetElapsedTime(refused.At) < RefusalLifetime
            && _inUse.Values.Any(u => u.Target == refused.Other))
        {
            throw Refusal(target, refused.Other);
        }
    }

    private static MountFailedException Refusal(MountTarget target, MountTarget other) => new(target,
        $"the kernel takes its server for that of {other.MountTargetId} ({TargetAddress.Of(other)}), which is of {other.FileSystemId}. Check the addresses in the shard map.");

    /// <summary>
    /// The kernel keeps the first connection when the server says that both addresses are one (nfs(5), max_connect). As a way into the same
    /// file system that is good; into another one it would show the wrong files.
    /// </summary>
    private MountTarget? FindOtherFileSystem(MountTarget target, IPAddress address, string mountPoint)
    {
        var table = _mounts.Read();
        return ShownAt(mountPoint) is { } shown
            ? _inUse.FirstOrDefault(m => m.Value.Target.FileSystemId != target.FileSystemId
                && !m.Value.Address.Equals(address)
                && (shown.Equals(m.Value.Address) || shown.Equals(ShownAt(m.Key)))).Value.Target
            : null;

        IPAddress? ShownAt(string place) => table.TopmostAt(place) is { } entry ? NfsMount.AddressOf(entry) : null;
    }

    private void ReportSharedConnection(MountTarget target, IPAddress address, string mountPoint)
    {
        if (_options.Type == KernelMountType.Efs)
        {
            return;
        }

        try
        {
            if (FindSharedConnection(address, mountPoint) is { } other && _inUse.TryGetValue(other, out var used))
            {
                LogShared(_logger, target.MountTargetId, used.Target.MountTargetId, mountPoint, other);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The mount is good whether or not the kernel tells of its connection.
            LogConnectionUnknown(_logger, e, target.MountTargetId, mountPoint);
        }
    }

    private string? FindSharedConnection(IPAddress address, string mountPoint)
    {
        // The table of mounts shows the address of the connection that is kept.
        var shown = _mounts.Read().TopmostAt(mountPoint) is { } entry ? NfsMount.AddressOf(entry) : null;
        if (shown is not null && !shown.Equals(address) && _inUse.FirstOrDefault(m => m.Key != mountPoint && m.Value.Address.Equals(shown)).Key is { } owner)
        {
            return owner;
        }

        var others = _inUse.Where(m => m.Key != mountPoint).Select(m => (m.Key, EndPoint(m.Value.Address)));
        var established = new HashSet<IPEndPoint>(TcpConnections.Parse(_proc.Read("self/net/tcp")));
        established.UnionWith(TcpConnections.Parse(_proc.Read("self/net/tcp6")));
        return SharedConnections.Find(
            (mountPoint, EndPoint(address)), others, MountStats.Parse(_proc.Read("self/mountstats")), established);
    }

    private IPEndPoint EndPoint(IPAddress address) => new(address, KernelMountCommand.PortOf(_options));

    [LoggerMessage(1100, LogLevel.Information, "Mounted {MountTargetId} of {FileSystemId} at {MountPoint}.", EventName = "Mounted")]
    private static partial void LogMounted(ILogger logger, string mountTargetId, string fileSystemId, string mountPoint);

    [LoggerMessage(1101, LogLevel.Information, "{MountTargetId} of {FileSystemId} is mounted at {MountPoint} already.", EventName = "FoundMounted")]
    private static partial void LogFound(ILogger logger, string mountTargetId, string fileSystemId, string mountPoint);

    [LoggerMessage(1102, LogLevel.Warning, "Mount targets {MountTargetId} and {OtherMountTargetId} share one TCP connection ({MountPoint}, {OtherMountPoint}): the server says that they are one, so the second adds no throughput. See max_connect in nfs(5).", EventName = "SharedConnection")]
    private static partial void LogShared(ILogger logger, string mountTargetId, string otherMountTargetId, string mountPoint, string otherMountPoint);

    [LoggerMessage(1105, LogLevel.Debug, "Whether mount target {MountTargetId} at {MountPoint} has a TCP connection of its own is not known: /proc cannot be read.", EventName = "ConnectionUnknown")]
    private static partial void LogConnectionUnknown(ILogger logger, Exception exception, string mountTargetId, string mountPoint);
}
