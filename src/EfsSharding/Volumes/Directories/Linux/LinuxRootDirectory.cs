using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>Opens beneath one descriptor, so that neither a link nor a later mount can lead elsewhere.</summary>
internal sealed unsafe class LinuxRootDirectory : IRootDirectory
{
    /// <summary>How often a whole file is read again that others replace meanwhile.</summary>
    private const int MostReads = 4;

    private const long NfsType = 0x6969;

    private readonly SafeFileHandle _root;
    private readonly bool _isNfs;

    private LinuxRootDirectory(SafeFileHandle root, bool isNfs)
    {
        _root = root;
        _isNfs = isNfs;
    }

    public SafeFileHandle Handle => _root;

    /// <summary>Opens a directory by an ordinary path, in which links are followed: the operator chose it.</summary>
    /// <param name="rootPath">The path.</param>
    /// <param name="isNfs">Whether a kernel's NFS client is in between, which remembers what it saw; null: it is found out.</param>
    [SkipLocalsInit]
    public static LinuxRootDirectory Open(string rootPath, bool? isNfs = null)
    {
        var path = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(rootPath, path);
        var descriptor = Openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
        if (descriptor < 0)
        {
            throw LinuxError.ToException(LinuxError.Last, rootPath, changes: false);
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        StatxBuffer status;
        if (LinuxFile.TryStat(descriptor, AT_STATX_DONT_SYNC, &status) || LinuxError.Last is not (LinuxError.ENOSYS or LinuxError.EPERM))
        {
            return new LinuxRootDirectory(handle, isNfs ?? IsNfs(descriptor));
        }

        handle.Dispose();
        throw new IOException("This kernel or container refuses statx(2). Use Linux 4.11 or later, and a container runtime whose seccomp profile allows it.");
    }

    public byte[] ReadAllBytes(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            StatxBuffer status;
            var file = OpenFile(path, &status);
            try
            {
                return LinuxFile.ReadToEnd(file, (long)status.Size, path);
            }
            catch (TargetFaultException e) when (e.HResult == LinuxError.ESTALE && attempt < MostReads)
            {
                // Somebody replaced or deleted it, and the server keeps no file that has no name: what is there now is read from its start.
            }
            finally
            {
                _ = Close(file);
            }
        }
    }

    public OpenedFile OpenRead(string path)
    {
        StatxBuffer status;
        var file = OpenFile(path, &status);
        return new OpenedFile(new SafeFileHandle(file, ownsHandle: true), status.Version);
    }

    public IStagedFile Stage(string path, PendingWrite write, WriteAttempt attempt)
    {
        using var root = new LinuxDescriptor(_root);
        return write.Mode == FileWriteMode.Append
            ? LinuxAppendedFile.Open(root.Number, path, write.Lock ?? LockPlace.Of(path), attempt, _isNfs)
            : LinuxStagedFile.Create(root.Number, path, write, attempt, _isNfs);
    }

    public FileAttributes? GetAttributes(string path)
    {
        using var root = new LinuxDescriptor(_root);
        StatxBuffer status;
        for (var looks = 0; ;)
        {
            // By name: the kernel then notices by itself that it remembered a file that is gone.
            var error = TryStat(root.Number, path, AT_STATX_FORCE_SYNC, &status);
            error = error == 0 && _isNfs && status.Links == 0 ? LinuxError.Unlinked : error;
            if (error == 0)
            {
                return new FileAttributes((long)status.Size, status.LastModified, LinuxVersion.Of(root.Number, path, status));
            }

            if (!_isNfs || !LinuxSecondLook.Take(root.Number, path, error, ref looks))
            {
                return IsNoFile(error) ? null : throw LinuxError.ToException(error, path, changes: false);
            }
        }
    }

    public bool Delete(string path, DeleteAttempt attempt)
    {
        using var root = new LinuxDescriptor(_root);
        using var taken = attempt.Expected is null ? null : LinuxPathLock.Take(root.Number, attempt.Lock ?? LockPlace.Of(path), path);
        if (attempt.Expected is { } expected)
        {
            LinuxVersion.ThrowIfOther(root.Number, path, expected, _isNfs);
        }

        for (var looks = 0; ;)
        {
            var error = TryDelete(root.Number, path, attempt);
            if (error == 0)
            {
                return true;
            }

            if (!_isNfs || !LinuxSecondLook.Take(root.Number, path, error, ref looks))
            {
                return IsNoFile(error) ? false : throw LinuxError.ToException(error, path, changes: true);
            }
        }
    }

    [SkipLocalsInit]
    public bool RemoveEmptyDirectory(string directory)
    {
        var buffer = stackalloc byte[LinuxPath.BufferLength];
        using var root = new LinuxDescriptor(_root);
        using var parent = LinuxParent.Open(root.Number, directory, buffer);
        return (parent.Number >= 0 && Unlinkat(parent.Number, parent.Name, AT_REMOVEDIR) == 0) || LinuxError.Last is LinuxError.ENOENT or LinuxError.ESTALE;
    }

    [SkipLocalsInit]
    public FenceResult Fence(string path, ChangeAttempt attempt)
    {
        var buffer = stackalloc byte[LinuxPath.BufferLength];
        using var root = new LinuxDescriptor(_root);
        using var parent = LinuxParent.Open(root.Number, path, buffer);
        if (parent.Number >= 0)
        {
            return LinuxAttemptFence.Fence(parent, path, attempt);
        }

        return LinuxError.Last is LinuxError.ENOENT or LinuxError.ENOTDIR
            ? LinuxAttemptFence.WithoutDirectory(attempt)
            : throw LinuxError.ToException(LinuxError.Last, path, changes: false);
    }

    [SkipLocalsInit]
    public void Unfence(string path, ChangeAttempt attempt)
    {
        var buffer = stackalloc byte[LinuxPath.BufferLength];
        using var root = new LinuxDescriptor(_root);
        using var parent = LinuxParent.Open(root.Number, path, buffer);
        var own = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(attempt.TemporaryName, own);
        if (parent.Number >= 0 && attempt is DeleteAttempt)
        {
            _ = Unlinkat(parent.Number, own, AT_REMOVEDIR);
        }
    }

    public IEnumerable<IReadOnlyList<DirectoryEntry>> List(string directory, TemporarySightings sightings) =>
        LinuxDirectoryListing.Read(_root, directory, _isNfs, sightings);

    public void Probe()
    {
        using var root = new LinuxDescriptor(_root);
        StatxBuffer status;
        if (!LinuxFile.TryStat(root.Number, AT_STATX_FORCE_SYNC, &status))
        {
            throw LinuxError.ToException(LinuxError.Last, ".", changes: false);
        }
    }

    public void Dispose() => _root.Dispose();

    /// <summary>When the system does not say, second looks cost little and are right.</summary>
    [SkipLocalsInit]
    private static bool IsNfs(int descriptor)
    {
        var status = stackalloc long[64];
        return Fstatfs(descriptor, status) != 0 || status[0] == NfsType;
    }

    private static bool IsNoFile(int error) => error is LinuxError.ENOENT or LinuxError.ENOTDIR or LinuxError.EISDIR or LinuxError.ELOOP
        or LinuxError.EXDEV or LinuxError.ENAMETOOLONG or LinuxError.NotRegular or LinuxError.Unlinked;

    private int OpenFile(string path, StatxBuffer* status)
    {
        using var root = new LinuxDescriptor(_root);
        for (var looks = 0; ;)
        {
            var error = TryOpen(root.Number, path, status, out var file);
            if (error == 0 && (!_isNfs || status->Links > 0 || !LinuxSecondLook.Take(root.Number, path, LinuxError.Unlinked, ref looks)))
            {
                return file;
            }

            if (error == 0)
            {
                // The server keeps a file for those who have it open. What has its name now is another one, or none.
                _ = Close(file);
            }
            else if (!_isNfs || !LinuxSecondLook.Take(root.Number, path, error, ref looks))
            {
                throw LinuxError.ToException(error, path, changes: false);
            }
        }
    }

    /// <summary>O_NONBLOCK: opening a pipe must not wait for its other end.</summary>
    [SkipLocalsInit]
    private static int TryOpen(int root, string path, StatxBuffer* status, out int file)
    {
        var name = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(path, name);
        file = OpenBeneath(root, name, O_RDONLY | O_NONBLOCK);
        if (file < 0)
        {
            return LinuxError.Last;
        }

        var error = !LinuxFile.TryStat(file, 0, status) ? LinuxError.Last : status->IsRegularFile ? 0 : LinuxError.NotRegular;
        if (error != 0)
        {
            _ = Close(file);
        }

        return error;
    }

    [SkipLocalsInit]
    private static int TryStat(int root, string path, int flags, StatxBuffer* status)
    {
        var buffer = stackalloc byte[LinuxPath.BufferLength];
        using var parent = LinuxParent.Open(root, path, buffer);
        return parent.Number < 0 || Statx(parent.Number, parent.Name, flags | AT_SYMLINK_NOFOLLOW, StatxBuffer.UsedMask, status) != 0 ? LinuxError.Last
            : !status->IsRegularFile ? LinuxError.NotRegular
            : 0;
    }

    [SkipLocalsInit]
    private static int TryDelete(int root, string path, DeleteAttempt attempt)
    {
        var buffer = stackalloc byte[LinuxPath.BufferLength];
        using var parent = LinuxParent.Open(root, path, buffer);
        return parent.Number < 0 ? LinuxError.Last : LinuxDeletion.Run(parent, path, attempt);
    }
}
