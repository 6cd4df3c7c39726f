using System.Text;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>Paths as the system wants them: UTF-8 with a NUL behind.</summary>
internal static unsafe class LinuxPath
{
    /// <summary>The longest store path, a layout prefix or a temporary name, and the NUL.</summary>
    public const int BufferLength = StorePath.MaxBytes + 64;

    /// <returns>The length without the NUL.</returns>
    public static int Encode(ReadOnlySpan<char> path, byte* buffer)
    {
        var room = new Span<byte>(buffer, BufferLength);
        var length = Encoding.UTF8.GetBytes(path, room[..^1]);
        room[length] = 0;
        return length;
    }
}
