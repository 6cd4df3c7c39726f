using System.Runtime.CompilerServices;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>
/// A file's version as statx(2) and name_to_handle_at(2) tell it: inode, time of the last status change, size and handle. The clock of that time ticks every few
/// milliseconds: a program that changes a file in place, twice within a tick and without changing its size, goes unnoticed. Stores replace files, or add to them.
/// </summary>
internal static unsafe class LinuxVersion
{
    /// <param name="root">The directory that the path starts in.</param>
    /// <param name="path">A regular file.</param>
    /// <param name="status">What statx answered for it.</param>
    /// <returns>Null when it is another file by now.</returns>
    [SkipLocalsInit]
    public static StoredVersion? Of(int root, string path, in StatxBuffer status)
    {
        var buffer = stackalloc byte[LinuxPath.BufferLength];
        using var parent = LinuxParent.Open(root, path, buffer);
        return parent.Number < 0 ? null : new StoredVersion(status.Version, LinuxFileHandle.Of(parent.Number, parent.Name));
    }

    /// <param name="root">The directory that the path starts in.</param>
    /// <param name="path">The file.</param>
    /// <param name="expected">The version that it must have.</param>
    /// <param name="isNfs">Whether a kernel's NFS client is in between, which may remember another file.</param>
    /// <param name="fullPath">For the error; null: the path.</param>
    /// <exception cref="VersionMismatchException">It has another one, or there is none.</exception>
    [SkipLocalsInit]
    public static void ThrowIfOther(int root, string path, StoredVersion expected, bool isNfs, string? fullPath = null)
    {
        if (isNfs)
        {
            LinuxSecondLook.Refresh(root, path);
        }

        var buffer = stackalloc byte[LinuxPath.BufferLength];
        using var parent = LinuxParent.Open(root, path, buffer);
        var status = default(StatxBuffer);
        var isThere = parent.Number >= 0 && LinuxFile.TryStatAt(parent.Number, parent.Name, path, &status) && status.IsRegularFile && status.Links > 0;
        if (!isThere && parent.Number < 0 && LinuxError.Last is not (LinuxError.ENOENT or LinuxError.ENOTDIR))
        {
            throw LinuxError.ToException(LinuxError.Last, fullPath ?? path, changes: false);
        }

        var present = isThere ? new StoredVersion(status.Version, LinuxFileHandle.Of(parent.Number, parent.Name)) : (StoredVersion?)null;
        if (present != expected)
        {
            throw new VersionMismatchException(fullPath ?? path, present?.ToString());
        }
    }
}
