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
        fixed (byte* self = "\0"u8)
        {
            return Of(descriptor.Number, self, AT_EMPTY_PATH);
        }
    }

    /// <summary>That of a name beneath a directory; a link is not followed.</summary>
    public static byte[] Of(int directory, byte* name) => Of(directory, name, 0);

    private static byte[] Of(int directory, byte* name, int how)
    {
        var buffer = stackalloc byte[HeaderBytes + MaxBytes];
        int mountId;

        // Linux before 6.5 does not know handles that are for comparing only.
        foreach (var flags in (ReadOnlySpan<int>)[how | AT_HANDLE_FID, how])
        {
            *(uint*)buffer = MaxBytes;
            if (NameToHandleAt(directory, name, buffer, &mountId, flags) == 0)
            {
                return new ReadOnlySpan<byte>(buffer, HeaderBytes + (int)Math.Min(*(uint*)buffer, MaxBytes)).ToArray();
            }
        }

        return [];
    }
}
