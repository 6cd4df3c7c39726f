using System.Runtime.InteropServices;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>
/// Removes a directory that has nothing but directories in it. rmdir(2) takes only what is empty at that moment, so that no file
/// is lost that another client makes meanwhile.
/// </summary>
internal static unsafe class LinuxEmptyDirectories
{
    private const int MostDirectories = 100_000;
    private const int BufferLength = 1 << 15;

    // struct linux_dirent64: d_reclen, d_type, d_name. Source: getdents(2).
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    /// <returns>Whether it is gone. False: something in it is no directory, or came in meanwhile.</returns>
    public static bool TryRemove(int parent, byte* name, string path)
    {
        if (Unlinkat(parent, name, AT_REMOVEDIR) == 0 || LinuxError.Last == LinuxError.ENOENT)
        {
            return true;
        }

        if (!IsNotEmpty(LinuxError.Last))
        {
            return LinuxError.Last is LinuxError.EACCES or LinuxError.EPERM
                ? throw LinuxError.ToException(LinuxError.Last, path, changes: true)
                : false;
        }

        // Paths from the parent on, each with a NUL behind, the deepest ones last.
        var directories = new List<byte[]> { MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).ToArray().Append((byte)0).ToArray() };
        var buffer = new byte[BufferLength];
        for (var i = 0; i < directories.Count; i++)
        {
            if (directories.Count > MostDirectories || !HasOnlyDirectories(parent, directories[i], directories, buffer))
            {
                return false;
            }
        }

        for (var i = directories.Count - 1; i >= 0; i--)
        {
            if (!TryRemove(parent, directories[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNotEmpty(int error) => error is LinuxError.ENOTEMPTY or LinuxError.EEXIST;

    private static bool HasOnlyDirectories(int parent, byte[] path, List<byte[]> found, byte[] buffer)
    {
        fixed (byte* start = path, entries = buffer)
        {
            var directory = OpenBeneath(parent, start, O_RDONLY | O_DIRECTORY);
            if (directory < 0)
            {
                return LinuxError.Last == LinuxError.ENOENT;
            }

            try
            {
                int length;
                while ((length = Getdents64(directory, entries, buffer.Length)) > 0)
                {
                    for (var entry = entries; entry < entries + length; entry += *(ushort*)(entry + LengthOffset))
                    {
                        var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset);
                        if (name is [(byte)'.'] or [(byte)'.', (byte)'.'])
                        {
                            continue;
                        }

                        // A directory of a temporary name keeps a change in doubt from taking effect.
                        if (!IsDirectory(directory, entry) || TemporaryName.Is(name))
                        {
                            return false;
                        }

                        found.Add([.. path.AsSpan(0, path.Length - 1), (byte)'/', .. name, 0]);
                    }
                }

                return length == 0 || LinuxError.Last == LinuxError.ENOENT;
            }
            finally
            {
                _ = Close(directory);
            }
        }
    }

    private static bool IsDirectory(int directory, byte* entry)
    {
        const byte Unknown = 0, Directory = 4;
        StatxBuffer status;
        return entry[TypeOffset] == Directory
            || (entry[TypeOffset] == Unknown
                && Statx(directory, entry + NameOffset, AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, StatxBuffer.UsedMask, &status) == 0
                && status.IsDirectory);
    }

    private static bool TryRemove(int parent, byte[] path)
    {
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        fixed (byte* start = path)
        {
            if (slash < 0)
            {
                return Unlinkat(parent, start, AT_REMOVEDIR) == 0 || LinuxError.Last == LinuxError.ENOENT;
            }

            path[slash] = 0;
            var directory = OpenBeneath(parent, start, O_PATH | O_DIRECTORY);
            if (directory < 0)
            {
                return LinuxError.Last == LinuxError.ENOENT;
            }

            var removed = Unlinkat(directory, start + slash + 1, AT_REMOVEDIR) == 0 || LinuxError.Last == LinuxError.ENOENT;
            _ = Close(directory);
            return removed;
        }
    }
}
