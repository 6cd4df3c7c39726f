using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>
/// The directory that a path's last segment is in. Calls that cannot refuse links (rename, link, unlink, mkdir) are made with one
/// segment beneath it.
/// </summary>
internal readonly unsafe ref struct LinuxParent
{
    private const int MostTries = 16;

    private readonly bool _owned;

    private LinuxParent(int number, bool owned, byte* name)
    {
        Number = number;
        _owned = owned;
        Name = name;
    }

    /// <summary>The descriptor; negative when it could not be opened, with errno set.</summary>
    public int Number { get; }

    /// <summary>The last segment, in the buffer that was given.</summary>
    public byte* Name { get; }

    public static LinuxParent Open(int root, string path, byte* buffer)
    {
        var slash = Split(path, buffer);
        return slash < 0
            ? new LinuxParent(root, owned: false, buffer)
            : new LinuxParent(OpenBeneath(root, buffer, O_PATH | O_DIRECTORY), owned: true, buffer + slash + 1);
    }

    /// <summary>The same, making the directories that are missing: tried first, made on failure.</summary>
    public static LinuxParent OpenOrCreate(int root, string path, byte* buffer)
    {
        var parent = Open(root, path, buffer);
        for (var tries = 0; parent.Number < 0 && LinuxError.Last == LinuxError.ENOENT && tries < MostTries; tries++)
        {
            // Again when one of them was removed meanwhile, as it was empty.
            parent = new LinuxParent(CreateDirectories(root, buffer), owned: true, parent.Name);
        }

        return parent;
    }

    public void Dispose()
    {
        if (_owned && Number >= 0)
        {
            _ = Close(Number);
        }
    }

    private static int Split(string path, byte* buffer)
    {
        var length = LinuxPath.Encode(path, buffer);
        var slash = new Span<byte>(buffer, length).LastIndexOf((byte)'/');
        if (slash >= 0)
        {
            buffer[slash] = 0;
        }

        return slash;
    }

    private static int CreateDirectories(int root, byte* path)
    {
        var current = root;
        for (var segment = path; ;)
        {
            var end = segment;
            while (*end is not 0 and not (byte)'/')
            {
                end++;
            }

            var last = *end == 0;
            *end = 0;
            var next = OpenBeneath(current, segment, O_PATH | O_DIRECTORY);
            if (next < 0 && LinuxError.Last == LinuxError.ENOENT
                && (Mkdirat(current, segment, 0x1FF) == 0 || LinuxError.Last == LinuxError.EEXIST))
            {
                next = OpenBeneath(current, segment, O_PATH | O_DIRECTORY);
            }

            var error = LinuxError.Last;
            if (current != root)
            {
                _ = Close(current);
            }

            if (!last)
            {
                *end = (byte)'/';
            }

            if (next < 0 || last)
            {
                System.Runtime.InteropServices.Marshal.SetLastPInvokeError(error);
                return next;
            }

            current = next;
            segment = end + 1;
        }
    }
}
