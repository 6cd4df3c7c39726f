using System.Runtime.InteropServices;
using EfsSharding.Volumes.Directories.Linux;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>Opens directories one name at a time, and never through a symbolic link.</summary>
internal static unsafe partial class DirectoryOpening
{
    private static readonly byte[] Up = "..\0"u8.ToArray();

    /// <summary>Whether it was removed, or replaced by something that is no directory, since its parent was read.</summary>
    public static bool HasVanished(int error) => error is LinuxError.ENOENT or LinuxError.ENOTDIR or LinuxError.ELOOP;

    /// <returns>A descriptor, or −1 with errno.</returns>
    public static int Open(int parent, byte[] name)
    {
        fixed (byte* start = name)
        {
            int descriptor;
            do
            {
                descriptor = Openat(parent, start, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
            }
            while (descriptor < 0 && LinuxError.Last == LinuxError.EINTR);

            return descriptor;
        }
    }

    /// <summary>Opens the root of a walk, which alone may be reached through symbolic links.</summary>
    public static int OpenRoot(byte[] path)
    {
        fixed (byte* start = path)
        {
            int descriptor;
            do
            {
                descriptor = Openat(AT_FDCWD, start, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
            }
            while (descriptor < 0 && LinuxError.Last == LinuxError.EINTR);

            return descriptor;
        }
    }

    /// <summary>Opens the parent of a directory if it is still the one that it was.</summary>
    public static int OpenParent(int child, DirectoryIdentity expected)
    {
        var descriptor = Open(child, Up);
        if (descriptor >= 0 && DirectoryIdentity.Of(descriptor) != expected)
        {
            _ = Close(descriptor);
            return -1;
        }

        return descriptor;
    }

    /// <summary>Goes all the way from the root.</summary>
    /// <returns>A descriptor, or −1 with errno.</returns>
    public static int OpenFrom(int root, DirectoryNode node)
    {
        var current = Open(root, ".\0"u8.ToArray());
        foreach (var name in node.Names())
        {
            if (current < 0)
            {
                break;
            }

            var next = Open(current, name);
            var error = LinuxError.Last;
            _ = Close(current);
            Marshal.SetLastPInvokeError(error);
            current = next;
        }

        return current;
    }

    /// <summary>Moves to an entry by the position that getdents64 gave.</summary>
    public static bool Seek(int descriptor, long position) => Lseek(descriptor, position, 0) == position;

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Lseek(int descriptor, long offset, int whence);
}
