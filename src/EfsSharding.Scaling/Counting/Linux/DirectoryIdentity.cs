using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>Tells one directory from all others, so that <c>..</c> is believed only when it leads back to the right one.</summary>
internal readonly record struct DirectoryIdentity(uint DeviceMajor, uint DeviceMinor, ulong Inode)
{
    public static DirectoryIdentity? Of(int descriptor) =>
        TryStatus(descriptor, out var status) ? new DirectoryIdentity(status.DeviceMajor, status.DeviceMinor, status.Inode) : null;

    /// <summary>Whether another file system begins at a directory that was opened below this one. No round trip: the attributes are those of its opening.</summary>
    public bool IsMountedOver(int descriptor) =>
        TryStatus(descriptor, out var status) && (status.IsMountRoot || (status.DeviceMajor, status.DeviceMinor) != (DeviceMajor, DeviceMinor));

    private static unsafe bool TryStatus(int descriptor, out StatxBuffer status)
    {
        fixed (byte* self = "\0"u8)
        fixed (StatxBuffer* into = &status)
        {
            return LinuxCalls.Statx(descriptor, self, LinuxCalls.AT_EMPTY_PATH | LinuxCalls.AT_STATX_DONT_SYNC, StatxBuffer.UsedMask, into) == 0;
        }
    }
}
