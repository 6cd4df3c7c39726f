using System.Runtime.CompilerServices;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>
/// Fences attempts that were given up on other targets of the same file system. Without its temporary file an attempt's rename or link fails for
/// good, however late the server gets to it; and a deletion's rename does where its temporary name is a directory.
/// </summary>
internal static unsafe class LinuxAttemptFence
{
    [SkipLocalsInit]
    public static FenceResult Fence(LinuxParent parent, string path, ChangeAttempt attempt)
    {
        var temporary = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(attempt.TemporaryName, temporary);
        return attempt switch
        {
            WriteAttempt write => Fence(parent, path, write, temporary),
            DeleteAttempt delete => Fence(parent, path, delete, temporary),
            _ => throw new ArgumentException("No such attempt can be fenced.", nameof(attempt)),
        };
    }

    /// <summary>Without its directory nothing can be renamed or linked there; what was there has gone with it.</summary>
    public static FenceResult WithoutDirectory(ChangeAttempt attempt) => attempt switch
    {
        { IsDone: true } or DeleteAttempt { Meant.IsKnown: true } => FenceResult.TookEffect,
        WriteAttempt { HasBegun: true, IsWithdrawn: false } => FenceResult.TookEffect,
        _ => FenceResult.NoEffect,
    };

    private static FenceResult Fence(LinuxParent parent, string path, WriteAttempt write, byte* temporary)
    {
        // While the temporary file is there, no other file has its id.
        StatxBuffer staged;
        var isStaged = LinuxFile.TryStatAt(parent.Number, temporary, path, &staged);
        var isDestination = isStaged && IsDestination(parent, path, staged.Content);
        var isRemoved = Unlinkat(parent.Number, temporary, 0) == 0;
        if (!isRemoved && LinuxError.Last != LinuxError.ENOENT)
        {
            throw LinuxError.ToException(LinuxError.Last, path, changes: true);
        }

        if (write.IsDone || isDestination || IsDestination(parent, path, isStaged ? staged.Content : write.Staged))
        {
            return FenceResult.TookEffect;
        }

        return !write.HasBegun || write.IsWithdrawn ? FenceResult.NoEffect
            : write.Links ? OfLink(write, isStaged, staged)

            // What had its temporary name still had not got its own, and what has lost it has.
            : isRemoved ? FenceResult.NoEffect
            : write is { IsStaged: true, MayBeWithdrawn: false } ? FenceResult.TookEffect
            : FenceResult.Unknown;
    }

    /// <summary>The file is not at its path: it has not come there, or has gone from there since. A link changes its count of names, and its status.</summary>
    private static FenceResult OfLink(WriteAttempt write, bool isStaged, in StatxBuffer staged) =>
        !isStaged ? FenceResult.Unknown
        : staged.Links > 1 ? FenceResult.TookEffect
        : write.StagedChange != 0 && staged.Version.Change == write.StagedChange ? FenceResult.NoEffect
        : FenceResult.Unknown;

    private static bool IsDestination(LinuxParent parent, string path, FileVersion content)
    {
        StatxBuffer destination;
        return content.IsKnown && LinuxFile.TryStatAt(parent.Number, parent.Name, path, &destination) && destination.Content.IsSame(content);
    }

    private static FenceResult Fence(LinuxParent parent, string path, DeleteAttempt delete, byte* temporary)
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
                    ? FenceResult.TookEffect
                    : throw LinuxError.ToException(LinuxError.Last, path, changes: true);
            }
        }

        if (delete.IsDone || !delete.Meant.IsKnown)
        {
            // One that never came to find its file has done nothing.
            return delete.IsDone ? FenceResult.TookEffect : FenceResult.NoEffect;
        }

        StatxBuffer now;
        return !LinuxFile.TryStatAt(parent.Number, parent.Name, path, &now) ? FenceResult.TookEffect
            : now.Version.IsSame(delete.Meant) ? FenceResult.NoEffect
            : FenceResult.Unknown;
    }
}
