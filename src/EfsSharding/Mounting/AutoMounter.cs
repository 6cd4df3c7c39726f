using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using EfsSharding.Storage;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Mounting;

/// <summary>Chooses for each target: a volume that is mounted, else a kernel mount if this process may make one, else direct NFS.</summary>
internal sealed partial class AutoMounter : IVolumeMounter
{
    private readonly PremountedMounter _premounted;
    private readonly KernelMounter _kernel;
    private readonly IVolumeMounter? _directNfs;
    private readonly KernelMountOptions _kernelOptions;
    private readonly MountPoints _mountPoints;
    private readonly IProcFileSystem _proc;
    private readonly Func<string, bool> _fileExists;
    private readonly ILogger<AutoMounter> _logger;
    private readonly ConditionalWeakTable<IVolume, IVolumeMounter> _madeBy = [];
    private readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _forbidden = new(StringComparer.Ordinal);
    private volatile string? _access;

    /// <param name="premounted">Uses what is mounted.</param>
    /// <param name="kernel">Makes kernel mounts.</param>
    /// <param name="directNfs">Reaches targets without a mount; null when the store was built without it.</param>
    /// <param name="kernelOptions">The options of <paramref name="kernel"/>.</param>
    /// <param name="proc">Tells the mounts and the capabilities.</param>
    /// <param name="fileExists">Whether a program is installed.</param>
    /// <param name="logger">Is told what was chosen and why.</param>
    public AutoMounter(
        PremountedMounter premounted,
        KernelMounter kernel,
        IVolumeMounter? directNfs,
        KernelMountOptions kernelOptions,
        IProcFileSystem proc,
        Func<string, bool> fileExists,
        ILogger<AutoMounter> logger)
    {
        _premounted = premounted;
        _kernel = kernel;
        _directNfs = directNfs;
        _kernelOptions = kernelOptions;
        _mountPoints = new MountPoints(kernelOptions);
        _proc = proc;
        _fileExists = fileExists;
        _logger = logger;
    }

    /// <summary><c>auto</c> until a target was reached, then the way in which the last one was.</summary>
    public string Access => _access ?? "auto";

    public async Task<IVolume> MountAsync(MountTarget target, CancellationToken cancellationToken)
    {
        var choice = Choose(target);
        try
        {
            return await MountAsync(target, choice, cancellationToken).ConfigureAwait(false);
        }
        catch (MountFailedException e) when (e.IsForbidden && choice.Mounter == _kernel && _directNfs is not null)
        {
            // Capabilities do not tell all; what mount(2) says once holds for the life of the process.
            _forbidden[target.MountTargetId] = e.Message;
            return await MountAsync(target, Choose(target), cancellationToken).ConfigureAwait(false);
        }
    }

    public Task UnmountAsync(MountTarget target, IVolume volume, CancellationToken cancellationToken) =>
        _madeBy.TryGetValue(volume, out var mounter)
            ? mounter.UnmountAsync(target, volume, cancellationToken)
            : throw new ArgumentException("The volume was not made here.", nameof(volume));

    private async Task<IVolume> MountAsync(
        MountTarget target, (IVolumeMounter Mounter, string? Directory, string Reason) choice, CancellationToken cancellationToken)
    {
        var (mounter, directory, reason) = choice;
        if (!_reasons.TryGetValue(target.MountTargetId, out var known) || known != reason)
        {
            _reasons[target.MountTargetId] = reason;
            LogChosen(_logger, target.MountTargetId, target.FileSystemId, mounter.Access, reason);
        }

        var volume = directory is null
            ? await mounter.MountAsync(target, cancellationToken).ConfigureAwait(false)
            : await _premounted.OpenAsync(target, directory, cancellationToken).ConfigureAwait(false);
        _madeBy.Add(volume, mounter);
        _access = mounter.Access;
        return volume;
    }

    private (IVolumeMounter Mounter, string? Directory, string Reason) Choose(MountTarget target)
    {
        if (_premounted.DirectoryOf(target) is { } configured)
        {
            return (_premounted, null, $"PremountedOptions names {configured}");
        }

        if (FindMountElsewhere(target) is { } mounted)
        {
            return (_premounted, mounted, $"it is mounted at {mounted}");
        }

        var helper = _kernelOptions.Type == KernelMountType.Efs ? "mount.efs" : "mount.nfs4";
        var mayMount = ProcessCapabilities.MayMount(_proc.Read("self/status"));
        var hasProgram = _fileExists($"/sbin/{helper}") || _fileExists($"/usr/sbin/{helper}");
        if (_directNfs is not null && _forbidden.TryGetValue(target.MountTargetId, out var refusal))
        {
            return (_directNfs, null, $"no volume is mounted for it and mounting was refused in spite of CAP_SYS_ADMIN ({refusal.TrimEnd('.')})");
        }

        if (mayMount && hasProgram)
        {
            return (_kernel, null, $"this process has CAP_SYS_ADMIN and {helper} is installed");
        }

        var why = mayMount ? $"{helper} is not installed" : "this process lacks CAP_SYS_ADMIN";
        return _directNfs is { } direct
            ? (direct, null, $"no volume is mounted for it and {why}")
            : throw new MountFailedException(target,
                $"there is no way to reach it: PremountedOptions names no directory for it or {target.FileSystemId}, /proc/self/mountinfo has no NFS mount of its address, {why}, so the kernel cannot mount it, and direct NFS is not set up. Configure one of the three.");
    }

    /// <summary>A mount that an operator made of the very address. Our own mount points belong to the kernel mounter, if it can work.</summary>
    private string? FindMountElsewhere(MountTarget target)
    {
        var address = TargetAddress.Of(target);
        var table = MountTable.Parse(_proc.Read("self/mountinfo"));
        return table.Entries.FirstOrDefault(e =>
            !_mountPoints.Contains(e.MountPoint)
            && ReferenceEquals(e, table.TopmostAt(e.MountPoint))
            && NfsMount.ShowsRootOf(e, address, KernelMountCommand.PortOf(_kernelOptions)))?.MountPoint;
    }

    [LoggerMessage(1110, LogLevel.Information, "{MountTargetId} of {FileSystemId} is reached by {Access} access: {Reason}.", EventName = "AccessChosen")]
    private static partial void LogChosen(ILogger logger, string mountTargetId, string fileSystemId, string access, string reason);
}
