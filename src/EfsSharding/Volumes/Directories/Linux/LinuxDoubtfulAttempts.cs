using System.Runtime.CompilerServices;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>
/// Attempts that were given up on other targets of the same file system. Without its temporary file an attempt's rename or link fails for
/// good, however late the server gets to it; and a deletion's rename does where its temporary name is a directory.
/// </summary>
internal static unsafe class LinuxDoubtfulAttempts
{
    /// <returns>True when the attempt had taken effect.</returns>
    [SkipLocalsInit]
    public static bool Settle(LinuxParent parent, string path, ChangeAttempt attempt)
    {
        var temporary = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(attempt.TemporaryName, temporary);
        return attempt switch
        {
            WriteAttempt write => Settle(parent, path, write, temporary),
            DeleteAttempt delete => Settle(parent, path, delete, temporary),
            _ => throw new ArgumentException("No such attempt can be fenced.", nameof(attempt)),
        };
    }

    private static bool Settle(LinuxParent parent, string path, WriteAttempt write, byte* temporary)
    {
        // While the temporary file is there, no other file has its id.
        StatxBuffer staged, destination;
        var isStaged = LinuxFile.TryStatAt(parent.Number, temporary, path, &staged);
        var wasDone = isStaged && LinuxFile.TryStatAt(parent.Number, parent.Name, path, &destination) && destination.Content.IsSame(staged.Content);
        if (Unlinkat(parent.Number, temporary, 0) != 0 && LinuxError.Last != LinuxError.ENOENT)
        {
            throw LinuxError.ToException(LinuxError.Last, path, changes: true);
        }

        var meant = isStaged ? staged.Content : write.Staged;
        return wasDone || write.IsDone
            || (meant.IsKnown && LinuxFile.TryStatAt(parent.Number, parent.Name, path, &destination) && destination.Content.IsSame(meant));
    }

    private static bool Settle(LinuxParent parent, string path, DeleteAttempt delete, byte* temporary)
    {
        if (Mkdirat(parent.Number, temporary, 0x1FF) != 0)
        {
            if (LinuxError.Last != LinuxError.EEXIST)
            {
                throw LinuxError.ToException(LinuxError.Last, path, changes: true);
            }

            StatxBuffer taken;
            if (LinuxFile.TryStatAt(parent.Number, temporary, path, &taken) && !taken.IsDirectory)
            {
                // It has got the attempt's name, so that the file is deleted but for the last step.
                return Unlinkat(parent.Number, temporary, 0) == 0 || LinuxError.Last == LinuxError.ENOENT
                    ? true
                    : throw LinuxError.ToException(LinuxError.Last, path, changes: true);
            }
        }

        if (delete.IsDone || !delete.Meant.IsKnown)
        {
            // One that never came to find its file has done nothing.
            return delete.IsDone;
        }

        StatxBuffer now;
        if (!LinuxFile.TryStatAt(parent.Number, parent.Name, path, &now))
        {
            return true;
        }

        return now.Version.IsSame(delete.Meant)
            ? false
            : throw new ChangeInDoubtException(
                path, $"Deleting '{path}' was given up on a mount target that does not answer. There is another file now than the one that was to go, and it was left alone.") { MayHaveTakenEffect = true };
    }
}
