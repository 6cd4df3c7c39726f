using System.Runtime.CompilerServices;
using static EfsSharding.Storage.Linux.LinuxCalls;

namespace EfsSharding.Storage.Linux;

/// <summary>
/// Attempts that were given up on other targets of the same file system. Removing an attempt's temporary file makes its rename or
/// link fail for good, however late the server gets to it.
/// </summary>
internal static unsafe class LinuxDoubtfulAttempts
{
    /// <returns>True when one of them had become the destination: a file id tells, as it is the same through every target.</returns>
    [SkipLocalsInit]
    public static bool Settle(LinuxParent parent, string path, PendingWrite write)
    {
        var temporary = stackalloc byte[LinuxPath.BufferLength];
        foreach (var attempt in write.EarlierWrites)
        {
            Remove(parent, attempt, temporary, path);
        }

        foreach (var attempt in write.InDoubt)
        {
            LinuxPath.Encode(attempt.TemporaryName, temporary);
            var staged = LinuxFile.IdAt(parent.Number, temporary, path);
            Remove(parent, attempt, temporary, path);
            // One that has published removes its own name afterwards, so that only its flag tells.
            if (attempt.IsPublished || (staged != 0 && LinuxFile.IdAt(parent.Number, parent.Name, path) == staged))
            {
                return true;
            }
        }

        return false;
    }

    private static void Remove(LinuxParent parent, WriteAttempt attempt, byte* temporary, string path)
    {
        LinuxPath.Encode(attempt.TemporaryName, temporary);
        if (Unlinkat(parent.Number, temporary, 0) != 0 && LinuxError.Last != LinuxError.ENOENT)
        {
            throw LinuxError.ToException(LinuxError.Last, path, changes: true);
        }
    }
}
