using System.Runtime.CompilerServices;
using static EfsSharding.Storage.Linux.LinuxCalls;

namespace EfsSharding.Storage.Linux;

/// <summary>A temporary file beside its destination, published by rename(2) or, when it must be the first, by link(2).</summary>
internal sealed unsafe class LinuxStagedFile : IStagedFile
{
    private readonly string _path;
    private readonly PendingWrite _write;
    private readonly WriteAttempt _attempt;
    private readonly int _directory;
    private readonly bool _ownsDirectory;
    private int _file;

    private LinuxStagedFile(string path, PendingWrite write, WriteAttempt attempt, int directory, bool ownsDirectory, int file)
    {
        _path = path;
        _write = write;
        _attempt = attempt;
        _directory = directory;
        _ownsDirectory = ownsDirectory;
        _file = file;
    }

    [SkipLocalsInit]
    public static LinuxStagedFile? Create(int root, string path, PendingWrite write, WriteAttempt attempt)
    {
        attempt.ThrowIfAbandoned(path);
        var buffer = stackalloc byte[LinuxPath.BufferLength];
        var parent = LinuxParent.OpenOrCreate(root, path, buffer);
        if (parent.Number < 0)
        {
            throw LinuxError.ToException(LinuxError.Last, path, changes: true);
        }

        var owned = parent.Number != root;
        var directory = parent.Number;
        try
        {
            if (LinuxDoubtfulAttempts.Settle(parent, path, write))
            {
                return null;
            }

            // The root's descriptor belongs to the volume; the attempt may outlive the call that lent it.
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
                throw LinuxError.ToException(LinuxError.Last, path, changes: true);
            }

            owned = false;
            return new LinuxStagedFile(path, write, attempt, directory, ownsDirectory: true, file);
        }
        finally
        {
            if (owned && directory >= 0)
            {
                _ = Close(directory);
            }
        }
    }

    public void Write(ReadOnlySpan<byte> bytes) => LinuxFile.WriteAll(_file, bytes, _path);

    [SkipLocalsInit]
    public void Publish()
    {
        LinuxFile.Flush(_file, _path);
        StatxBuffer status;
        var id = LinuxFile.TryStat(_file, AT_STATX_DONT_SYNC, &status) ? status.Inode : 0;
        CloseFile();

        var temporary = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(_attempt.TemporaryName, temporary);
        var name = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(_path.AsSpan(_path.LastIndexOf('/') + 1), name);
        _attempt.ThrowIfAbandoned(_path);

        var result = _write.Mode == FileWriteMode.CreateNew
            ? Linkat(_directory, temporary, _directory, name, 0)
            : Renameat(_directory, temporary, _directory, name);
        var error = result == 0 ? 0 : LinuxError.Last;
        if (error == 0 || WasPublished(error, id, name))
        {
            _attempt.MarkPublished();
            return;
        }

        throw error switch
        {
            LinuxError.EEXIST => new FileExistsException(_path),
            LinuxError.ENOENT => new DirectoryNotFoundException(
                $"'{_path}': its directory or its temporary file went away before it got its name, or it got its name and was replaced by another write at once."),
            _ => LinuxError.ToException(error, _path, changes: true),
        };
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
            _ = Unlinkat(_directory, temporary, 0);
        }

        if (_ownsDirectory)
        {
            _ = Close(_directory);
        }
    }

    /// <summary>A server that restarts forgets what it answered. Asked again by the kernel's client, it finds the name taken, or the temporary file gone.</summary>
    private bool WasPublished(int error, ulong id, byte* name) =>
        id != 0 && error is LinuxError.EEXIST or LinuxError.ENOENT && LinuxFile.IdAt(_directory, name, _path) == id;

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
