using EfsSharding.Storage.Linux;

namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>Tells one directory from all others, so that <c>..</c> is believed only when it leads back to the right one.</summary>
internal readonly record struct DirectoryIdentity(uint DeviceMajor, uint DeviceMinor, ulong Inode)
{
    public static unsafe DirectoryIdentity? Of(int descriptor)
    {
        StatxBuffer status;
        fixed (byte* self = "\0"u8)
        {
            return LinuxCalls.Statx(descriptor, self, LinuxCalls.AT_EMPTY_PATH | LinuxCalls.AT_STATX_DONT_SYNC, StatxBuffer.UsedMask, &status) == 0
                ? new DirectoryIdentity(status.DeviceMajor, status.DeviceMinor, status.Inode)
                : null;
        }
    }
}
