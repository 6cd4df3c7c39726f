using System.Runtime.CompilerServices;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>
/// The destination itself, opened to add bytes at its end. It is never made here: a file that appears whole can be fenced, and an open
/// that hangs must not make one later.
/// </summary>
internal sealed unsafe class LinuxAppendedFile : IStagedFile
{
    private readonly string _path;
    private readonly WriteAttempt _attempt;
    private readonly LinuxPathLock _lock;
    private long _begun;
    private int _file;
    private long _written;

    private LinuxAppendedFile(string path, WriteAttempt attempt, LinuxPathLock pathLock, int file, long begun)
    {
        _path = path;
        _attempt = attempt;
        _lock = pathLock;
        _file = file;
        _begun = begun;
    }

    /// <param name="root">The volume's root.</param>
    /// <param name="path">The file.</param>
    /// <param name="place">The lock of the path, which is held until the file is disposed.</param>
    /// <param name="attempt">The attempt at the append.</param>
    /// <param name="isNfs">Whether a kernel's NFS client is in between, which may open a file that has no name any more.</param>
    /// <exception cref="FileNotFoundException">
    /// There is no file. Whether a directory is in the way is found out when one is made.
    /// </exception>
    /// <exception cref="PathLockedException">Another client holds the lock.</exception>
    public static LinuxAppendedFile Open(int root, string path, LockPlace place, WriteAttempt attempt, bool isNfs)
    {
        attempt.ThrowIfAbandoned(path);
        var taken = LinuxPathLock.Take(root, place, path);
        try
        {
            return Open(root, path, attempt, isNfs, taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private static LinuxAppendedFile Open(int root, string path, WriteAttempt attempt, bool isNfs, LinuxPathLock taken)
    {
        for (var looks = 0; ;)
        {
            attempt.ThrowIfAbandoned(path);
            var error = TryOpen(root, path, attempt, isNfs, taken, out var file);
            if (file is not null)
            {
                return file;
            }

            if (!isNfs || !LinuxSecondLook.Take(root, path, error, ref looks))
            {
                throw error is LinuxError.ENOENT or LinuxError.ENOTDIR or LinuxError.EISDIR or LinuxError.Unlinked
                    ? new FileNotFoundException($"There is no file '{path}'.", path)
                    : LinuxError.ToException(error, path, changes: true);
            }
        }
    }

    [SkipLocalsInit]
    private static int TryOpen(int root, string path, WriteAttempt attempt, bool isNfs, LinuxPathLock taken, out LinuxAppendedFile? file)
    {
        file = null;
        var name = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(path, name);
        if (isNfs)
        {
            // Two round trips more: a file that another machine replaced while it has it open lives on under a name .nfs…, and would take
            // the bytes.
            LinuxSecondLook.Refresh(root, path);
        }

        // With O_DSYNC the kernel's NFS client sends the bytes that are written, and not what it remembers of the page that they are in.
        var descriptor = OpenBeneath(root, name, O_WRONLY | O_APPEND | O_NONBLOCK | (isNfs ? O_DSYNC : 0));
        if (descriptor < 0)
        {
            return LinuxError.Last;
        }

        // Where the append begins is what it is cut to when it fails: what the server says, not what the kernel remembers.
        StatxBuffer status;
        var error = !LinuxFile.TryStat(descriptor, AT_STATX_FORCE_SYNC, &status) ? LinuxError.Last
            : !status.IsRegularFile ? LinuxError.NotRegular
            : isNfs && status.Links == 0 ? LinuxError.Unlinked
            : 0;
        if (error == 0)
        {
            file = new LinuxAppendedFile(path, attempt, taken, descriptor, (long)status.Size);
        }
        else
        {
            _ = Close(descriptor);
        }

        return error;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _attempt.Begin(_path);
        ConfirmEnd();
        LinuxFile.WriteAll(_file, bytes, _path, ref _written);
    }

    public void Flush() => LinuxFile.Flush(_file, _path);

    public void Publish()
    {
        LinuxFile.Flush(_file, _path);
        _attempt.MarkPublished();
    }

    [SkipLocalsInit]
    public long TakeBack()
    {
        if (_written == 0)
        {
            return 0;
        }

        // More than was added here is somebody else's, and stays.
        StatxBuffer status;
        var isOwnEnd = LinuxFile.TryStat(_file, AT_STATX_FORCE_SYNC, &status) && (long)status.Size >= _begun && (long)status.Size <= _begun + _written;
        if (isOwnEnd && ((long)status.Size == _begun || (Ftruncate(_file, _begun) == 0 && Fsync(_file) == 0)))
        {
            _written = 0;
        }

        return _written;
    }

    public void Dispose()
    {
        if (_file >= 0)
        {
            _ = Close(_file);
            _file = -1;
        }

        _lock.Dispose();
    }

    /// <summary>A writer that takes no lock, or got it while this process was frozen, may have added to the file.</summary>
    [SkipLocalsInit]
    private void ConfirmEnd()
    {
        StatxBuffer status;
        try
        {
            _lock.Confirm();
        }
        catch (PathLockedException lost) when (_written > 0)
        {
            throw new IOException($"'{_path}': the lock was lost in the middle of an append.", lost);
        }

        if (!LinuxFile.TryStat(_file, AT_STATX_FORCE_SYNC, &status))
        {
            throw LinuxError.ToException(LinuxError.Last, _path, changes: false);
        }

        if (_written == 0)
        {
            _begun = (long)status.Size;
        }
        else if ((long)status.Size != _begun + _written)
        {
            throw new IOException($"'{_path}' was added to or cut by somebody else in the middle of an append.");
        }
    }
}
