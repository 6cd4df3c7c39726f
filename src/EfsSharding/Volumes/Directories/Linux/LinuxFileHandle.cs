using Microsoft.Win32.SafeHandles;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>
/// <c>name_to_handle_at(2)</c>: what the kernel calls a file towards NFS clients, with a generation that tells apart files that had one
/// inode number. On an NFS mount it holds the server's own handle. It asks no server.
/// </summary>
internal static unsafe class LinuxFileHandle
{
    private const int AT_HANDLE_FID = 0x200;
    private const int MaxBytes = 128;
    private const int HeaderBytes = 8;

    /// <returns>Empty where the file system or the kernel does not tell.</returns>
    public static byte[] Of(SafeFileHandle file)
    {
        using var descriptor = new LinuxDescriptor(file);
        var buffer = stackalloc byte[HeaderBytes + MaxBytes];
        int mountId;
        fixed (byte* self = "\0"u8)
        {
            // Linux before 6.5 does not know handles that are for comparing only.
            foreach (var flags in (ReadOnlySpan<int>)[AT_EMPTY_PATH | AT_HANDLE_FID, AT_EMPTY_PATH])
            {
                *(uint*)buffer = MaxBytes;
                if (NameToHandleAt(descriptor.Number, self, buffer, &mountId, flags) == 0)
                {
                    return new ReadOnlySpan<byte>(buffer, HeaderBytes + (int)Math.Min(*(uint*)buffer, MaxBytes)).ToArray();
                }
            }
        }

        return [];
    }
}
