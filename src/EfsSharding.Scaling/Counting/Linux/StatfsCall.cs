using System.Runtime.InteropServices;

namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>Tells whether a directory is on a file system whose every call is a round trip.</summary>
internal static unsafe partial class StatfsCall
{
    // struct statfs is 120 bytes on x64 and arm64 and starts with f_type, a long. Source: statfs(2).
    private const int BufferLength = 256;

    /// <summary>Values of f_type. Source: statfs(2).</summary>
    private const long Nfs = 0x6969, Smb2 = 0xFE534D42, Cifs = 0xFF534D42, Ceph = 0x00C36400, Lustre = 0x0BD00BD0, Plan9 = 0x01021997, Fuse = 0x65735546;

    /// <param name="descriptor">An open directory.</param>
    /// <returns>False also when the system does not say.</returns>
    public static bool IsOnNetwork(int descriptor)
    {
        var buffer = stackalloc byte[BufferLength];
        return Fstatfs(descriptor, buffer) == 0 && IsNetworkType(*(long*)buffer);
    }

    internal static bool IsNetworkType(long type) => type is Nfs or Smb2 or Cifs or Ceph or Lustre or Plan9 or Fuse;

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int Fstatfs(int descriptor, byte* buffer);
}
