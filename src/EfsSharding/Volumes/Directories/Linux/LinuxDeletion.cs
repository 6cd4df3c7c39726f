using System.Runtime.CompilerServices;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>
/// Deletes a file by giving it a name of the attempt's own and removing that. A rename that hangs can be fenced, which an unlink cannot:
/// it would take whatever has the name when the server gets to it.
/// </summary>
internal static unsafe class LinuxDeletion
{
    /// <summary>
    /// Only what is a file is deleted. The kernel has to know what it is in any case, so that over NFS asking costs nothing more.
    /// </summary>
    /// <returns>0 when the file is deleted, else errno.</returns>
    [SkipLocalsInit]
    public static int Run(LinuxParent parent, string path, DeleteAttempt attempt)
    {
        attempt.ThrowIfAbandoned(path);
        StatxBuffer status;
        if (Statx(parent.Number, parent.Name, AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW, StatxBuffer.UsedMask, &status) != 0)
        {
            return LinuxError.Last;
        }

        if (!status.IsRegularFile)
        {
            return LinuxError.NotRegular;
        }

        attempt.SetMeant(status.Version);
        attempt.Begin(path);
        var own = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(attempt.TemporaryName, own);
        if (Renameat(parent.Number, parent.Name, parent.Number, own) == 0)
        {
            return Remove(parent, attempt, own, status.Inode);
        }

        return LinuxError.Last is LinuxError.ENOSPC or LinuxError.EDQUOT ? RemoveWithoutRoom(parent, attempt) : LinuxError.Last;
    }

    private static int Remove(LinuxParent parent, DeleteAttempt attempt, byte* own, ulong meant)
    {
        StatxBuffer status;
        var isMeant = Statx(parent.Number, own, AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, StatxBuffer.UsedMask, &status) != 0
            || (status.IsRegularFile && (status.Inode == meant || !attempt.IsAbandoned));
        if (!isMeant && PutBack(parent, own, status.IsDirectory))
        {
            return LinuxError.NotRegular;
        }

        // What cannot be removed now has lost its name all the same, and goes with the sweep.
        _ = Unlinkat(parent.Number, own, 0);
        attempt.MarkDone();
        return 0;
    }

    /// <summary>Somebody put something else in its place between the look and the rename, or long after the attempt was given up.</summary>
    private static bool PutBack(LinuxParent parent, byte* own, bool isDirectory) =>
        isDirectory
            ? Renameat(parent.Number, own, parent.Number, parent.Name) == 0
            : Linkat(parent.Number, own, parent.Number, parent.Name, 0) == 0 && Unlinkat(parent.Number, own, 0) == 0;

    /// <summary>A full file system may have no room for one more name, and a deletion is what helps. It cannot be fenced.</summary>
    private static int RemoveWithoutRoom(LinuxParent parent, DeleteAttempt attempt)
    {
        attempt.GoBeyondFence();
        if (Unlinkat(parent.Number, parent.Name, 0) != 0)
        {
            return LinuxError.Last;
        }

        attempt.MarkDone();
        return 0;
    }
}
