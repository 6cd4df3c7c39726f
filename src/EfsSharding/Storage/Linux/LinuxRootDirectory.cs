using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using static EfsSharding.Storage.Linux.LinuxCalls;

namespace EfsSharding.Storage.Linux;

/// <summary>Opens beneath one descriptor, so that neither a link nor a later mount can lead elsewhere.</summary>
internal sealed unsafe class LinuxRootDirectory : IRootDirectory
{
    private readonly SafeFileHandle _root;

    private LinuxRootDirectory(SafeFileHandle root) => _root = root;

    public SafeFileHandle Handle => _root;

    /// <summary>Opens a directory by an ordinary path, in which links are followed: the operator chose it.</summary>
    [SkipLocalsInit]
    public static LinuxRootDirectory Open(string rootPath)
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
            return new LinuxRootDirectory(handle);
        }

        handle.Dispose();
        throw new IOException("This kernel or container refuses statx(2). Use Linux 4.11 or later, and a container runtime whose seccomp profile allows it.");
    }

    [SkipLocalsInit]
    public byte[] ReadAllBytes(string path)
    {
        StatxBuffer status;
        var file = OpenFile(path, &status);
        try
        {
            return LinuxFile.ReadToEnd(file, (long)status.Size, path);
        }
        finally
        {
            _ = Close(file);
        }
    }

    [SkipLocalsInit]
    public OpenedFile OpenRead(string path)
    {
        StatxBuffer status;
        var file = OpenFile(path, &status);
        return new OpenedFile(new SafeFileHandle(file, ownsHandle: true), status.Version);
    }

    public IStagedFile? Stage(string path, PendingWrite write, WriteAttempt attempt)
    {
        using var root = new LinuxDescriptor(_root);
        return write.Mode == FileWriteMode.Append
            ? LinuxAppendedFile.Open(root.Number, path)
            : LinuxStagedFile.Create(root.Number, path, write, attempt);
    }

    [SkipLocalsInit]
    public FileAttributes? GetAttributes(string path)
    {
        var name = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(path, name);
        using var root = new LinuxDescriptor(_root);
        var file = OpenBeneath(root.Number, name, O_PATH | O_NOFOLLOW);
        if (file < 0)
        {
            return NullWhenMissing(path);
        }

        try
        {
            StatxBuffer status;
            // Another client may have written: attributes that this client remembers are not good enough.
            return LinuxFile.TryStat(file, AT_STATX_FORCE_SYNC, &status)
                ? status.IsRegularFile ? new FileAttributes((long)status.Size, status.LastModified) : null
                : NullWhenMissing(path);
        }
        finally
        {
            _ = Close(file);
        }
    }

    [SkipLocalsInit]
    public bool Delete(string path)
    {
        var buffer = stackalloc byte[LinuxPath.BufferLength];
        using var root = new LinuxDescriptor(_root);
        using var parent = LinuxParent.Open(root.Number, path, buffer);
        if (parent.Number >= 0 && Unlinkat(parent.Number, parent.Name, 0) == 0)
        {
            return true;
        }

        var error = LinuxError.Last;
        return error is LinuxError.ENOENT or LinuxError.ENOTDIR or LinuxError.EISDIR
            ? false
            : throw LinuxError.ToException(error, path, changes: true);
    }

    public IEnumerable<IReadOnlyList<DirectoryEntry>> List(string directory, DateTimeOffset sweepBefore) =>
        LinuxDirectoryListing.Read(_root, directory, sweepBefore);

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

    /// <summary>O_NONBLOCK: opening a pipe must not wait for its other end.</summary>
    [SkipLocalsInit]
    private int OpenFile(string path, StatxBuffer* status)
    {
        var name = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(path, name);
        using var root = new LinuxDescriptor(_root);
        var file = OpenBeneath(root.Number, name, O_RDONLY | O_NONBLOCK);
        if (file < 0)
        {
            throw LinuxError.ToException(LinuxError.Last, path, changes: false);
        }

        var error = LinuxFile.TryStat(file, 0, status) ? 0 : LinuxError.Last;
        if (error == 0 && status->IsRegularFile)
        {
            return file;
        }

        _ = Close(file);
        throw error != 0
            ? LinuxError.ToException(error, path, changes: false)
            : new FileNotFoundException($"'{path}' is not a regular file.", path);
    }

    private static FileAttributes? NullWhenMissing(string path)
    {
        var error = LinuxError.Last;
        return error is LinuxError.ENOENT or LinuxError.ENOTDIR or LinuxError.ELOOP
            ? null
            : throw LinuxError.ToException(error, path, changes: false);
    }
}
