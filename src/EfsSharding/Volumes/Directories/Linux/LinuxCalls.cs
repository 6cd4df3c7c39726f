using System.Runtime.InteropServices;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>The system calls beneath a directory descriptor. Each answers −1 and sets errno when it fails.</summary>
internal static unsafe partial class LinuxCalls
{
    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_APPEND = 0x400;
    public const int O_NONBLOCK = 0x800;
    public const int O_DSYNC = 0x1000;
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;

    public const int AT_FDCWD = -100;
    public const int AT_EMPTY_PATH = 0x1000;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int AT_REMOVEDIR = 0x200;
    public const int AT_STATX_FORCE_SYNC = 0x2000;
    public const int AT_STATX_DONT_SYNC = 0x4000;

    /// <summary>Not one path component may be a symbolic link, and no path may lead out of the directory that it starts in.</summary>
    private const ulong ResolveBeneathWithoutSymlinks = 0x08 | 0x04;

    private const nint Openat2Number = 437;

    private static readonly bool IsArm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>O_DIRECTORY and O_NOFOLLOW have other values on arm64 than on x64.</summary>
    public static readonly int O_DIRECTORY = IsArm64 ? 0x4000 : 0x10000;
    public static readonly int O_NOFOLLOW = IsArm64 ? 0x8000 : 0x20000;

    private static readonly nint StatxNumber = IsArm64 ? 291 : 332;
    private static readonly nint Getdents64Number = IsArm64 ? 61 : 217;

    /// <summary>Whether the numbers above are known for this machine.</summary>
    public static bool AreKnownHere =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>
    /// Opens a path whose segments are neither empty nor <c>..</c>; ELOOP when one of them is a symbolic link, but for a last one with
    /// <see cref="O_PATH"/> and <see cref="O_NOFOLLOW"/>.
    /// </summary>
    public static int OpenBeneath(int directory, byte* path, int flags, int mode = 0)
    {
        if (!LinuxWalk.IsNeeded)
        {
            var descriptor = Openat2(directory, path, flags, mode);

            // PATH_MAX counts the NUL and a bucket's directory too, so that the longest store paths are too long for one call.
            if (descriptor >= 0 || LinuxError.Last != LinuxError.ENAMETOOLONG)
            {
                return descriptor;
            }
        }

        return LinuxWalk.Open(directory, path, flags, mode);
    }

    public static int Openat2(int directory, byte* path, int flags, int mode)
    {
        var how = stackalloc ulong[3];
        how[0] = (uint)(flags | O_CLOEXEC);
        how[1] = (uint)mode;
        how[2] = ResolveBeneathWithoutSymlinks;
        return (int)Openat2Call(Openat2Number, directory, path, how, 3 * sizeof(ulong));
    }

    public static int Statx(int directory, byte* path, int flags, uint mask, StatxBuffer* buffer) =>
        (int)StatxCall(StatxNumber, directory, path, flags, (nint)mask, buffer);

    public static int Getdents64(int directory, byte* buffer, int length) =>
        (int)GetdentsCall(Getdents64Number, directory, buffer, length);

    /// <param name="file">An open file.</param>
    /// <param name="status"><c>struct statfs</c>: 120 bytes on 64-bit machines, the first 8 of which are the type.</param>
    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int Fstatfs(int file, long* status);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int Openat(int directory, byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint Pread(int file, byte* buffer, nint length, long offset);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int file, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Ftruncate(int file, long length);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    public static partial int Futimens(int file, void* now);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int Fchmod(int file, int mode);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(int file, int command, void* argument);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Fsync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    public static partial int Renameat(int fromDirectory, byte* from, int toDirectory, byte* to);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    public static partial int Linkat(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int Unlinkat(int directory, byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "name_to_handle_at", SetLastError = true)]
    public static partial int NameToHandleAt(int directory, byte* path, byte* handle, int* mountId, int flags);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int Mkdirat(int directory, byte* path, int mode);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Openat2Call(nint number, nint directory, byte* path, ulong* how, nint size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint StatxCall(nint number, nint directory, byte* path, nint flags, nint mask, StatxBuffer* buffer);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint GetdentsCall(nint number, nint directory, byte* buffer, nint length);
}
