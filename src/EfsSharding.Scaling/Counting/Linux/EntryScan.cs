using System.Runtime.InteropServices;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>What is in one buffer that getdents64(2) filled.</summary>
/// <param name="Files">Regular files that are not hidden.</param>
/// <param name="Position">d_off of the last entry.</param>
/// <param name="Errno">Not 0 when an entry's kind could not be found out.</param>
internal readonly record struct EntryScan(long Files, long Position, int Errno)
{
    // struct linux_dirent64: d_ino (8), d_off (8), d_reclen (2), d_type (1), d_name. Source: getdents(2).
    private const int PositionOffset = 8;
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    private const byte Unknown = 0, Directory = 4, Regular = 8;

    /// <summary>Counts the files and notes the subdirectories. Nothing is allocated for a file.</summary>
    public static unsafe EntryScan Of(byte* start, int length, int descriptor, PendingNames subdirectories)
    {
        long files = 0, position = 0;
        var end = start + length;
        for (var entry = start; entry < end; entry += *(ushort*)(entry + LengthOffset))
        {
            position = *(long*)(entry + PositionOffset);
            var type = entry[TypeOffset];
            if (type == Unknown)
            {
                type = KindOf(descriptor, entry + NameOffset);
                if (type == Unknown)
                {
                    return new EntryScan(files, position, LinuxError.Last);
                }
            }

            if (type == Regular)
            {
                files += IsHidden(entry + NameOffset) ? 0 : 1;
            }
            else if (type == Directory && !IsNotEntered(entry + NameOffset))
            {
                subdirectories.Add(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset));
            }
        }

        return new EntryScan(files, position, 0);
    }

    private static unsafe bool IsHidden(byte* name) =>
        name[0] == (byte)'.' && HiddenName.Is(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));

    private static unsafe bool IsNotEntered(byte* name) =>
        name[0] == (byte)'.'
        && (name[1] == 0 || (name[1] == (byte)'.' && name[2] == 0) || LockPlace.IsDirectory(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)));

    /// <returns>A kind that is neither counted nor entered when the entry has vanished; unknown, with errno, when the system does not say.</returns>
    private static unsafe byte KindOf(int descriptor, byte* name)
    {
        const byte Other = 255;
        StatxBuffer status;
        if (LinuxCalls.Statx(descriptor, name, LinuxCalls.AT_SYMLINK_NOFOLLOW | LinuxCalls.AT_STATX_DONT_SYNC, StatxBuffer.UsedMask, &status) == 0)
        {
            return status.IsRegularFile ? Regular : status.IsDirectory ? Directory : Other;
        }

        return LinuxError.Last == LinuxError.ENOENT ? Other : Unknown;
    }
}
