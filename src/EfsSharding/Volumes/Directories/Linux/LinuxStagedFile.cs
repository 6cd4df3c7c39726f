using System.Runtime.CompilerServices;
using EfsSharding.Volumes.Directories.Lanes;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>A temporary file beside its destination, published by rename(2) or, when it must be the first, by link(2).</summary>
internal sealed unsafe class LinuxStagedFile : IStagedFile
{
    private const int MostTries = 16;

    private readonly string _path;
    private readonly PendingWrite _write;
    private readonly WriteAttempt _attempt;
    private readonly int _directory;
    private readonly LinuxPathLock? _lock;
    private readonly bool _isNfs;
    private int _file;

    private LinuxStagedFile(string path, PendingWrite write, WriteAttempt attempt, LinuxPathLock? pathLock, bool isNfs, int directory, int file)
    {
        _lock = pathLock;
        _isNfs = isNfs;
        _path = path;
        _write = write;
        _attempt = attempt;
        _directory = directory;
        _file = file;
    }

    /// <exception cref="PathLockedException">The write is conditional, and another client holds the path's lock.</exception>
    public static LinuxStagedFile Create(int root, string path, PendingWrite write, WriteAttempt attempt, bool isNfs = false)
    {
        var taken = write.Expected is null ? null : LinuxPathLock.Take(root, write.Lock ?? LockPlace.Of(path), path);
        try
        {
            if (write.Expected is { } expected)
            {
                LinuxVersion.ThrowIfOther(root, path, expected, isNfs);
            }

            return Create(root, path, write, attempt, isNfs, taken);
        }
        catch
        {
            taken?.Dispose();
            throw;
        }
    }

    private static LinuxStagedFile Create(int root, string path, PendingWrite write, WriteAttempt attempt, bool isNfs, LinuxPathLock? taken)
    {
        for (var tries = 0; ; tries++)
        {
            attempt.ThrowIfAbandoned(path);
            var error = TryCreate(root, path, write, attempt, isNfs, taken, out var file);
            if (file is not null)
            {
                return file;
            }

            // A directory that was empty may have been removed since it was opened; a kernel's NFS client may not know of it.
            if (!(error is LinuxError.ENOENT or LinuxError.ESTALE ? tries < MostTries : error is LinuxError.ENOTDIR or LinuxError.ELOOP && tries == 0))
            {
                throw LinuxError.ToException(error, path, changes: true);
            }

            LinuxSecondLook.Refresh(root, path);
        }
    }

    /// <returns>0 with a file; else errno.</returns>
    [SkipLocalsInit]
    private static int TryCreate(int root, string path, PendingWrite write, WriteAttempt attempt, bool isNfs, LinuxPathLock? taken, out LinuxStagedFile? staged)
    {
        staged = null;
        var buffer = stackalloc byte[LinuxPath.BufferLength];
        var parent = LinuxParent.OpenOrCreate(root, path, buffer);
        if (parent.Number < 0)
        {
            return LinuxError.Last;
        }

        var owned = parent.Number != root;
        var directory = parent.Number;
        try
        {
            // The root's descriptor belongs to the volume; the attempt may outlive the call that passed it.
            if (!owned)
            {
                fixed (byte* self = "."u8)
                {
                    directory = OpenBeneath(root, self, O_PATH | O_DIRECTORY);
                }

                owned = directory >= 0;
            }

            var temporary = stackalloc byte[LinuxPath.BufferLength];
            LinuxPath.Encode(attempt.TemporaryName, temporary);
            var file = directory < 0 ? -1 : Openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0x1B6);
            if (file < 0)
            {
                return LinuxError.Last;
            }

            owned = false;
            staged = new LinuxStagedFile(path, write, attempt, taken, isNfs, directory, file);
            return 0;
        }
        finally
        {
            if (owned && directory >= 0)
            {
                var error = LinuxError.Last;
                _ = Close(directory);
                System.Runtime.InteropServices.Marshal.SetLastPInvokeError(error);
            }
        }
    }

    public void Write(ReadOnlySpan<byte> bytes) => LinuxFile.WriteAll(_file, bytes, _path);

    public void Flush() => LinuxFile.Flush(_file, _path);

    /// <summary>Publishing closes the descriptor first.</summary>
    public void Touch()
    {
        if (_file >= 0)
        {
            _ = Futimens(_file, null);
        }
    }

    [SkipLocalsInit]
    public void Publish()
    {
        LaneOperation.ReportProgress();
        LinuxFile.Flush(_file, _path);
        LaneOperation.ReportProgress();
        StatxBuffer status;
        var isKnown = LinuxFile.TryStat(_file, AT_STATX_DONT_SYNC, &status);
        var staged = isKnown ? status.Content : default;
        CloseFile();

        var temporary = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(_attempt.TemporaryName, temporary);
        var name = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(_path.AsSpan(_path.LastIndexOf('/') + 1), name);
        if (_write.Expected is { } expected)
        {
            _lock!.Confirm();
            LinuxVersion.ThrowIfOther(_directory, _path[(_path.LastIndexOf('/') + 1)..], expected, _isNfs, _path);
        }

        _attempt.SetStaged(staged, isKnown ? status.Version.Change : 0);
        _attempt.Begin(_path);

        for (var tries = 0; ; tries++)
        {
            var error = TryPublish(temporary, name);
            if (error == 0 || WasPublished(error, staged, name))
            {
                _attempt.MarkPublished();
                return;
            }

            if (!LinuxObstacles.IsMet(error))
            {
                throw error == LinuxError.ENOENT
                    ? new DirectoryNotFoundException(
                        $"'{_path}': its directory or its temporary file went away before it got its name, or it got its name and was replaced by another write at once.")
                    : LinuxError.ToException(error, _path, changes: true);
            }

            var obstacle = LinuxObstacles.Clear(_directory, name, _path);
            var mayTryAgain = obstacle == LinuxObstacle.Gone || (obstacle == LinuxObstacle.File && _write.Mode == FileWriteMode.Replace);
            if (!mayTryAgain || tries >= LinuxObstacles.MostTries)
            {
                throw LinuxObstacles.ToException(obstacle, _path);
            }

            _attempt.ThrowIfAbandoned(_path);
        }
    }

    /// <summary>After a rename there is no temporary file; after a link, or a failure, it goes now, or later with the sweep.</summary>
    [SkipLocalsInit]
    public void Dispose()
    {
        if (_file >= 0)
        {
            _ = Close(_file);
            _file = -1;
        }

        if (_write.Mode == FileWriteMode.CreateNew || !_attempt.IsPublished)
        {
            var temporary = stackalloc byte[LinuxPath.BufferLength];
            LinuxPath.Encode(_attempt.TemporaryName, temporary);
            Withdraw(temporary);
        }

        _ = Close(_directory);
        _lock?.Dispose();
    }

    /// <summary>Says whether the file had not got its name, for the fence of this attempt: a link changes the file's status, and a rename takes the temporary name.</summary>
    private void Withdraw(byte* temporary)
    {
        StatxBuffer status;
        var isOut = _attempt.IsPublished || !_attempt.HasBegun || !_attempt.Links
            || (Statx(_directory, temporary, AT_SYMLINK_NOFOLLOW | AT_STATX_FORCE_SYNC, StatxBuffer.UsedMask, &status) == 0 && status.Links == 1 && status.Version.Change == _attempt.StagedChange);
        _attempt.BeginWithdrawal();
        _attempt.EndWithdrawal(Unlinkat(_directory, temporary, 0) == 0 && isOut && !_attempt.IsPublished);
    }

    /// <summary>A server that restarts forgets what it answered. Asked again by the kernel's client, it finds the name taken, or the temporary file gone.</summary>
    [SkipLocalsInit]
    private bool WasPublished(int error, FileVersion staged, byte* name)
    {
        StatxBuffer status;
        return error is LinuxError.EEXIST or LinuxError.ENOENT && LinuxFile.TryStatAt(_directory, name, _path, &status) && status.Content.IsSame(staged);
    }

    private int TryPublish(byte* temporary, byte* name)
    {
        var result = _write.Mode == FileWriteMode.CreateNew
            ? Linkat(_directory, temporary, _directory, name, 0)
            : Renameat(_directory, temporary, _directory, name);
        return result == 0 ? 0 : LinuxError.Last;
    }

    private void CloseFile()
    {
        var file = _file;
        _file = -1;
        if (Close(file) != 0 && LinuxError.Last != LinuxError.EINTR)
        {
            throw LinuxError.ToException(LinuxError.Last, _path, changes: true);
        }
    }
}
