using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Access;

/// <summary>
/// Chooses for each target: a volume that is mounted, else a kernel mount if this process may make one, else direct NFS; of these only
/// what keeps all that was asked for.
/// </summary>
internal sealed partial class AutoMounter : IVolumeMounter
{
    private readonly PremountedMounter _premounted;
    private readonly KernelMounter _kernel;
    private readonly DirectNfsWay? _directNfs;
    private readonly AccessTerms _askedFor;
    private readonly string? _whyNotDirect;
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
    /// <param name="logger">Gets what was chosen and why.</param>
    public AutoMounter(
        PremountedMounter premounted,
        KernelMounter kernel,
        DirectNfsWay? directNfs,
        KernelMountOptions kernelOptions,
        IProcFileSystem proc,
        Func<string, bool> fileExists,
        ILogger<AutoMounter> logger)
    {
        _premounted = premounted;
        _kernel = kernel;
        _directNfs = directNfs;
        _askedFor = AccessTerms.Together(AccessTerms.Of(kernelOptions), directNfs?.AskedFor ?? new AccessTerms());
        _whyNotDirect = directNfs is null ? "is not set up" : _askedFor.MissingIn(directNfs.Offered);
        _kernelOptions = kernelOptions;
        _mountPoints = new MountPoints(kernelOptions);
        _proc = proc;
        _fileExists = fileExists;
        _logger = logger;
    }

    /// <summary><c>auto</c> until a target was reached, then the way in which the last one was.</summary>
    public string Access => _access ?? "auto";

    public string ServerRoot => _directNfs?.Mounter.ServerRoot ?? ((IVolumeMounter)_kernel).ServerRoot;

    private string HelperProgram => _kernelOptions.Type == KernelMountType.Efs ? "mount.efs" : "mount.nfs4";

    public async Task<IVolume> MountAsync(MountTarget target, CancellationToken cancellationToken)
    {
        var choice = await _premounted.LookAsync(() => Choose(target), cancellationToken).ConfigureAwait(false);
        try
        {
            return await MountAsync(target, choice, cancellationToken).ConfigureAwait(false);
        }
        catch (MountFailedException e) when (e.IsForbidden && choice.Mounter == _kernel && _whyNotDirect is null)
        {
            // Capabilities do not tell all; what mount(2) says once holds for the life of the process.
            _forbidden[target.MountTargetId] = e.Message;
            choice = await _premounted.LookAsync(() => Choose(target), cancellationToken).ConfigureAwait(false);
            return await MountAsync(target, choice, cancellationToken).ConfigureAwait(false);
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

        var volume = await (directory is not null ? _premounted.OpenAsync(target, directory, mount => MissingInFound(mount, target), cancellationToken)
            : mounter == _premounted ? _premounted.MountAsync(target, mount => MissingInNamed(mount, _premounted.DirectoryOf(target)!), cancellationToken)
            : mounter.MountAsync(target, cancellationToken)).ConfigureAwait(false);
        _madeBy.Add(volume, mounter);
        _access = mounter.Access;
        return volume;
    }

    /// <summary>The first way that keeps all that was asked for: security never gets weaker by itself.</summary>
    private (IVolumeMounter Mounter, string? Directory, string Reason) Choose(MountTarget target)
    {
        if (_premounted.DirectoryOf(target) is { } configured)
        {
            return (_premounted, null, $"PremountedOptions names {configured}");
        }

        if (FindMountElsewhere(target, out var foundNone) is { } mounted)
        {
            return (_premounted, mounted, $"it is mounted at {mounted}");
        }

        var noKernel = WhyNotKernel(target);
        if (noKernel is null)
        {
            return (_kernel, null, $"this process has CAP_SYS_ADMIN and {HelperProgram} is installed");
        }

        // To use what an earlier process, or one with more rights, has mounted takes none.
        if (_askedFor.MissingIn(AccessTerms.Of(_kernelOptions)) is null && _kernel.FindMounted(target) is { } ours)
        {
            return (_kernel, null, $"it is mounted at {ours}");
        }

        return _whyNotDirect is null
            ? (_directNfs!.Mounter, null, $"{foundNone}, and a kernel mount {noKernel}")
            : throw new MountFailedException(target,
                $"there is no way to reach it that keeps what was asked for. PremountedOptions names no directory for it or {target.FileSystemId}; {foundNone} (/proc/self/mountinfo); "
                + $"a kernel mount {noKernel}; direct NFS {_whyNotDirect}. Make one of them possible, or do not ask for what it lacks.");
    }

    /// <returns>Null when the kernel can mount it as was asked for.</returns>
    private string? WhyNotKernel(MountTarget target)
    {
        if (_askedFor.MissingIn(AccessTerms.Of(_kernelOptions)) is { } missing)
        {
            return missing;
        }

        if (!ProcessCapabilities.MayMount(_proc.Read("self/status")))
        {
            return "cannot be made, as this process lacks CAP_SYS_ADMIN";
        }

        if (!_fileExists($"/sbin/{HelperProgram}") && !_fileExists($"/usr/sbin/{HelperProgram}"))
        {
            return $"cannot be made, as {HelperProgram} is not installed";
        }

        return _forbidden.TryGetValue(target.MountTargetId, out var refusal)
            ? $"was refused in spite of CAP_SYS_ADMIN ({refusal.TrimEnd('.')})"
            : null;
    }

    /// <summary>
    /// A mount that an operator made of the very address. Our own mount points belong to the kernel mounter, if it can work.
    /// </summary>
    private string? FindMountElsewhere(MountTarget target, out string why)
    {
        why = "no volume is mounted for it";
        var table = MountTable.Parse(_proc.Read("self/mountinfo"));
        foreach (var mount in table.Entries.Where(e => !_mountPoints.Contains(e.MountPoint) && ReferenceEquals(e, table.TopmostAt(e.MountPoint)) && IsOf(e, target)))
        {
            if (MissingInFound(mount, target) is not { } missing)
            {
                return mount.MountPoint;
            }

            why = $"the mount at {mount.MountPoint} {missing}";
        }

        return null;
    }

    private bool IsOf(MountEntry mount, MountTarget target) =>
        TargetAddress.All(target).Any(a => NfsMount.IsOf(mount, a, KernelMountCommand.PortOf(_kernelOptions)));

    private string? MissingInFound(MountEntry mount, MountTarget target) => !IsOf(mount, target)
        ? "is not of its address"
        : _askedFor.MissingIn(new AccessTerms
        {
            Tls = NfsMount.IsEncryptedByKernel(mount) ? "xprtsec" : null,
            Flavour = mount.SuperOption("sec"),
            RootPath = RootOf(mount),
        });

    /// <summary>
    /// A directory that was named is believed where the kernel does not show what it is, as behind the proxy of mount.efs.
    /// </summary>
    private string? MissingInNamed(MountEntry mount, string directory)
    {
        if (NfsMount.AddressOf(mount) is not { } server || IPAddress.IsLoopback(server) || !mount.IsNfs)
        {
            return null;
        }

        var below = Path.GetRelativePath(mount.MountPoint, directory);
        var isKnown = below == "." || !below.StartsWith("..", StringComparison.Ordinal);
        return (_askedFor with { User = null, Iam = null, AccessPointId = null }).MissingIn(new AccessTerms
        {
            Tls = NfsMount.IsEncryptedByKernel(mount) ? "xprtsec" : null,
            Flavour = mount.SuperOption("sec"),
            RootPath = isKnown && _askedFor.RootPath != AccessTerms.Root ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Join(RootOf(mount), below))) : _askedFor.RootPath,
        });
    }

    private static string RootOf(MountEntry mount) => mount.Root == "/" ? NfsMount.ExportOf(mount) ?? "unknown" : mount.Root;

    [LoggerMessage(1110, LogLevel.Information, "{MountTargetId} of {FileSystemId} is reached by {Access} access: {Reason}.", EventName = "AccessChosen")]
    private static partial void LogChosen(ILogger logger, string mountTargetId, string fileSystemId, string access, string reason);
}
