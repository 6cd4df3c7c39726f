using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Access;

/// <summary>
/// Tells the mount that an opened file lies on, which no later mount or unmount at its path can change (proc_pid_fdinfo(5)).
/// </summary>
internal static class DescriptorMount
{
    /// <returns>The id of the mount in mountinfo; -1 when the kernel does not tell.</returns>
    public static int IdOf(SafeFileHandle handle, IProcFileSystem proc)
    {
        var added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            return ParseId(proc.Read(string.Create(CultureInfo.InvariantCulture, $"self/fdinfo/{handle.DangerousGetHandle()}")));
        }
        finally
        {
            if (added)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>Reads the text of /proc/self/fdinfo/N.</summary>
    public static int ParseId(string text) =>
        int.TryParse(ProcText.Value(text, "mnt_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1;
}
