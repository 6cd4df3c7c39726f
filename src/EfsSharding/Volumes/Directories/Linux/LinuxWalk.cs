using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>
/// Does what openat2(2) does with one call for each segment of a path. It is for kernels before Linux 5.6 and for containers
/// whose seccomp profile does not know the call.
/// </summary>
internal static unsafe class LinuxWalk
{
    /// <summary>NAME_MAX and the NUL.</summary>
    private const int NameLength = 256;

    /// <summary>Whether openat2(2) is missing here.</summary>
    public static bool IsNeeded { get; set; } = !HasOpenat2();

    /// <summary>Opens beneath a directory; ELOOP when a segment is a symbolic link.</summary>
    /// <param name="directory">Where the path starts.</param>
    /// <param name="path">Segments that are neither empty nor <c>..</c>.</param>
    /// <param name="flags">Of the last segment; <see cref="O_PATH"/> with <see cref="O_DIRECTORY"/> or <see cref="O_NOFOLLOW"/>.</param>
    /// <param name="mode">Of a file that is created.</param>
    /// <returns>The descriptor, or −1 with errno set.</returns>
    [SkipLocalsInit]
    public static int Open(int directory, byte* path, int flags, int mode)
    {
        var name = stackalloc byte[NameLength];
        for (var current = directory; ;)
        {
            var length = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path).IndexOf((byte)'/');
            var isLast = length < 0;
            var segment = isLast ? MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path) : new ReadOnlySpan<byte>(path, length);
            var next = OpenSegment(current, segment, name, isLast ? flags : O_PATH | O_DIRECTORY, mode);
            var error = LinuxError.Last;
            if (current != directory)
            {
                _ = Close(current);
            }

            if (next < 0 || isLast)
            {
                Marshal.SetLastPInvokeError(error);
                return next;
            }

            current = next;
            path += length + 1;
        }
    }

    private static int OpenSegment(int directory, ReadOnlySpan<byte> segment, byte* name, int flags, int mode)
    {
        if (segment.Length >= NameLength)
        {
            Marshal.SetLastPInvokeError(LinuxError.ENAMETOOLONG);
            return -1;
        }

        segment.CopyTo(new Span<byte>(name, NameLength));
        name[segment.Length] = 0;
        var descriptor = Openat(directory, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
        if (descriptor < 0 && LinuxError.Last == LinuxError.ENOTDIR)
        {
            StatxBuffer status;
            var isLink = Statx(directory, name, AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, StatxBuffer.UsedMask, &status) == 0 && status.IsSymbolicLink;
            Marshal.SetLastPInvokeError(isLink ? LinuxError.ELOOP : LinuxError.ENOTDIR);
        }

        return descriptor;
    }

    /// <summary>A seccomp filter may return any error for an unknown system call; a walk is right in any case.</summary>
    private static bool HasOpenat2()
    {
        fixed (byte* self = "."u8)
        {
            var descriptor = Openat2(AT_FDCWD, self, O_PATH, 0);
            return descriptor >= 0 && Close(descriptor) == 0;
        }
    }
}
