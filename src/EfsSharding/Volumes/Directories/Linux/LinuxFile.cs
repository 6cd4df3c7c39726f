using EfsSharding.Volumes.Directories.Lanes;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>Whole reads and writes on a descriptor, over short counts and interruptions.</summary>
internal static unsafe class LinuxFile
{
    public static bool TryStat(int file, int flags, StatxBuffer* status)
    {
        fixed (byte* self = "\0"u8)
        {
            return Statx(file, self, flags | AT_EMPTY_PATH, StatxBuffer.UsedMask, status) == 0;
        }
    }

    /// <summary>What a name beneath a directory stands for, which the server is asked for.</summary>
    /// <returns>False when there is none of that name.</returns>
    public static bool TryStatAt(int directory, byte* name, string path, StatxBuffer* status)
    {
        if (Statx(directory, name, AT_SYMLINK_NOFOLLOW | AT_STATX_FORCE_SYNC, StatxBuffer.UsedMask, status) == 0)
        {
            return true;
        }

        return LinuxError.Last == LinuxError.ENOENT ? false : throw LinuxError.ToException(LinuxError.Last, path, changes: true);
    }

    /// <summary>Bytes read at once at the most: a step of a large read, which each has a deadline of its own.</summary>
    private const int StepLength = 1 << 20;

    /// <summary>
    /// Reads a file whose length was just seen. One that is cut meanwhile is returned shorter, one that grows as long as it was.
    /// </summary>
    public static byte[] ReadToEnd(int file, long length, string path)
    {
        if (length > Array.MaxLength)
        {
            throw new IOException($"'{path}' has {length} bytes, too many for one array. Use OpenReadAsync.");
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        var read = 0;
        fixed (byte* start = bytes)
        {
            while (read < bytes.Length)
            {
                var count = Pread(file, start + read, Math.Min(bytes.Length - read, StepLength), read);
                if (count == 0)
                {
                    return bytes[..read];
                }

                if (count > 0)
                {
                    read += (int)count;
                    if (read < bytes.Length)
                    {
                        LaneOperation.ReportProgress();
                    }
                }
                else if (LinuxError.Last != LinuxError.EINTR)
                {
                    throw LinuxError.ToException(LinuxError.Last, path, changes: false);
                }
            }
        }

        return bytes;
    }

    public static void WriteAll(int file, ReadOnlySpan<byte> bytes, string path)
    {
        var written = 0L;
        WriteAll(file, bytes, path, ref written);
    }

    /// <param name="file">The descriptor.</param>
    /// <param name="bytes">What to write.</param>
    /// <param name="path">For the message.</param>
    /// <param name="total">Counts what was written, also when it fails in between.</param>
    public static void WriteAll(int file, ReadOnlySpan<byte> bytes, string path, ref long total)
    {
        fixed (byte* start = bytes)
        {
            for (var written = 0; written < bytes.Length;)
            {
                var count = LinuxCalls.Write(file, start + written, bytes.Length - written);
                if (count >= 0)
                {
                    written += (int)count;
                    total += count;
                }
                else if (LinuxError.Last != LinuxError.EINTR)
                {
                    throw LinuxError.ToException(LinuxError.Last, path, changes: true);
                }
            }
        }
    }

    /// <summary>NFS reports a failed write here at the latest; close(2) might be too late, as its error is easily lost.</summary>
    public static void Flush(int file, string path)
    {
        while (Fsync(file) != 0)
        {
            if (LinuxError.Last != LinuxError.EINTR)
            {
                throw LinuxError.ToException(LinuxError.Last, path, changes: true);
            }
        }
    }
}
