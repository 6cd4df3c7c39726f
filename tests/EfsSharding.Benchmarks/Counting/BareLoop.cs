using System.Runtime.InteropServices;
using System.Text;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Benchmarks.Counting;

/// <summary>The least that counting can be: one thread, one buffer, getdents64 and the type of each entry.</summary>
internal static unsafe class BareLoop
{
    private const int BufferLength = 1 << 18;

    public static long Count(string root)
    {
        var buffer = (byte*)NativeMemory.Alloc(BufferLength);
        try
        {
            fixed (byte* path = Encoding.UTF8.GetBytes(root + "\0"))
            {
                return Count(LinuxCalls.AT_FDCWD, path, buffer);
            }
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    private static long Count(int parent, byte* name, byte* buffer)
    {
        var directory = LinuxCalls.Openat(parent, name, LinuxCalls.O_RDONLY | LinuxCalls.O_DIRECTORY | LinuxCalls.O_CLOEXEC, 0);
        if (directory < 0)
        {
            throw new IOException($"openat: errno {LinuxError.Last}");
        }

        long files = 0;
        var below = new List<byte[]>();
        for (int length; (length = LinuxCalls.Getdents64(directory, buffer, BufferLength)) > 0;)
        {
            for (var entry = buffer; entry < buffer + length; entry += *(ushort*)(entry + 16))
            {
                if (entry[18] == 8)
                {
                    files++;
                }
                else if (entry[18] == 4 && !(entry[19] == '.' && (entry[20] == 0 || (entry[20] == '.' && entry[21] == 0))))
                {
                    below.Add([.. MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + 19), 0]);
                }
            }
        }

        foreach (var child in below)
        {
            fixed (byte* childName = child)
            {
                files += Count(directory, childName, buffer);
            }
        }

        _ = LinuxCalls.Close(directory);
        return files;
    }
}
