using System.Globalization;

namespace EfsSharding.Access;

/// <summary>The numbered directories that targets are mounted at.</summary>
internal sealed class MountPoints(KernelMountOptions options)
{
    /// <summary>More than all mount targets that an account can have in a region (400 file systems, six zones each).</summary>
    private const int MaxNumber = 4096;

    /// <summary>Looked at when it is needed, on a thread that may hang there.</summary>
    private readonly Lazy<string> _root = new(() => RealPath.Of(options.MountRoot), LazyThreadSafetyMode.PublicationOnly);

    private string Prefix => Path.Combine(_root.Value, options.NamePrefix);

    private string Records => Path.Combine(_root.Value, ".efs-sharding");

    public bool Contains(string mountPoint) =>
        mountPoint.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(mountPoint.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>Takes the lowest number whose directory is empty, is not mounted on, and is not being mounted on by anybody.</summary>
    /// <param name="readMounts">Tells the mounts of the moment.</param>
    /// <exception cref="IOException">There is none, or the directories cannot be made.</exception>
    public MountPlace Reserve(Func<MountTable> readMounts)
    {
        Directory.CreateDirectory(Records);
        for (var number = 0; number < MaxNumber; number++)
        {
            var mountPoint = Prefix + number.ToString(CultureInfo.InvariantCulture);
            if (readMounts().TopmostAt(mountPoint) is null && TryLock(mountPoint) is { } lockFile)
            {
                // The holder of the lock before may have mounted since. The directory is touched last, as one with a dead mount hangs.
                if (readMounts().TopmostAt(mountPoint) is null
                    && !Directory.CreateDirectory(mountPoint).EnumerateFileSystemInfos().Any())
                {
                    return new MountPlace(mountPoint, RecordPath(mountPoint), lockFile);
                }

                lockFile.Dispose();
            }
        }

        throw new IOException($"No directory from {Prefix}0 to {Prefix}{MaxNumber - 1} is free and empty.");
    }

    /// <summary>What <see cref="MountPlace.Record"/> left, or null when there is nothing.</summary>
    public string? ReadRecord(string mountPoint)
    {
        try
        {
            return File.ReadAllText(RecordPath(mountPoint));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>.NET locks with flock(2) on Linux, which ends with the process.</summary>
    private FileStream? TryLock(string mountPoint)
    {
        try
        {
            return new FileStream(RecordPath(mountPoint) + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string RecordPath(string mountPoint) => Path.Combine(Records, Path.GetFileName(mountPoint));
}
