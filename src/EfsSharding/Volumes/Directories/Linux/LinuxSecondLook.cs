using System.Runtime.CompilerServices;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>
/// A kernel's NFS client answers from memory: for as long as it believes a directory (acdirmin to acdirmax, 30 to 60 s by default) it
/// takes a name for missing, or for the file that it was, without asking. So an answer other than a file is not believed at once: the
/// server is asked for the directory, which makes the kernel look its names up again. A file that is found costs nothing more.
/// </summary>
internal static unsafe class LinuxSecondLook
{
    /// <summary>How often the same is tried when the file found is gone each time, as it is while others keep replacing it.</summary>
    private const int MostLooks = 4;

    /// <summary>Whether the call is to be made again, after the server was asked.</summary>
    /// <param name="root">The volume's root.</param>
    /// <param name="path">What the call was about.</param>
    /// <param name="error">How it failed.</param>
    /// <param name="looks">How often it was made again already.</param>
    public static bool Take(int root, string path, int error, ref int looks)
    {
        var most = error switch
        {
            LinuxError.ESTALE or LinuxError.Unlinked => MostLooks,
            LinuxError.ENOENT or LinuxError.ENOTDIR or LinuxError.EISDIR or LinuxError.ELOOP or LinuxError.ENXIO or LinuxError.NotRegular => 1,
            _ => 0,
        };
        if (looks >= most)
        {
            return false;
        }

        looks++;
        Refresh(root, path);
        return true;
    }

    /// <summary>Asks the server for an opened directory.</summary>
    /// <returns>Whether it is still there.</returns>
    public static bool Refresh(int directory)
    {
        StatxBuffer status;
        return LinuxFile.TryStat(directory, AT_STATX_FORCE_SYNC, &status) && status.Links > 0;
    }

    /// <summary>
    /// Asks for an opened directory and for a name in it. The name by a link of the directory itself, which no system makes: the kernel
    /// first looks the new name up at the server, whatever it remembers, even if the directory's change attribute is too coarse to tell.
    /// </summary>
    /// <returns>Whether the directory is still there.</returns>
    public static bool Refresh(int directory, byte* name)
    {
        if (!Refresh(directory))
        {
            return false;
        }

        fixed (byte* self = "."u8)
        {
            _ = Linkat(directory, self, directory, name, 0);
        }

        return true;
    }

    /// <summary>
    /// Asks for the directory that a path is in, and for its name there; when that is not there as the kernel remembers it, for all above
    /// it, from the root on.
    /// </summary>
    [SkipLocalsInit]
    public static void Refresh(int root, string path)
    {
        var buffer = stackalloc byte[LinuxPath.BufferLength];
        using (var parent = LinuxParent.Open(root, path, buffer))
        {
            if (parent.Number >= 0 && Refresh(parent.Number, parent.Name))
            {
                return;
            }
        }

        var length = LinuxPath.Encode(path, buffer);
        var current = root;
        for (byte* segment = buffer, end = buffer; end < buffer + length; end++)
        {
            if (*end != (byte)'/')
            {
                continue;
            }

            *end = 0;
            Refresh(current);
            var next = Openat(current, segment, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
            CloseUnless(root, current);
            if (next < 0)
            {
                return;
            }

            current = next;
            segment = end + 1;
        }

        Refresh(current);
        CloseUnless(root, current);
    }

    private static void CloseUnless(int root, int directory)
    {
        if (directory != root)
        {
            _ = Close(directory);
        }
    }
}
