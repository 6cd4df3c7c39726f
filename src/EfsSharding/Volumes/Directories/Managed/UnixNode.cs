using System.Runtime.InteropServices;
using System.Text;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Volumes.Directories.Managed;

/// <summary>Tells a pipe, socket or device from a file, which the runtime does not: opening a pipe waits for its other end.</summary>
internal static unsafe partial class UnixNode
{
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;

    public static bool IsSpecial(string path)
    {
        byte[] name = [.. Encoding.UTF8.GetBytes(path), 0];
        fixed (byte* start = name)
        {
            if (LinuxCalls.AreKnownHere)
            {
                StatxBuffer status;
                return LinuxCalls.Statx(LinuxCalls.AT_FDCWD, start, LinuxCalls.AT_SYMLINK_NOFOLLOW, StatxBuffer.UsedMask, &status) == 0 && !status.IsRegularFile;
            }

            if (!OperatingSystem.IsMacOS())
            {
                return false;
            }

            // struct stat of macOS with 64-bit inodes: st_dev (4), st_mode (2). Source: stat(2) of macOS.
            var buffer = stackalloc byte[256];
            var failed = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Lstat(start, buffer) : Lstat64(start, buffer);
            return failed == 0 && (*(ushort*)(buffer + 4) & TypeMask) != RegularType;
        }
    }

    [LibraryImport("libc", EntryPoint = "lstat")]
    private static partial int Lstat(byte* path, byte* status);

    [LibraryImport("libc", EntryPoint = "lstat$INODE64")]
    private static partial int Lstat64(byte* path, byte* status);
}
