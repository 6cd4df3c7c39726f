namespace EfsSharding.Volumes.Directories.Managed;

/// <summary>Takes a directory out of a file's way that holds no file.</summary>
internal static class ManagedObstacles
{
    /// <summary>How often a write tries again when a directory comes and goes in its way.</summary>
    public const int MostTries = 16;

    /// <summary>Returns when nothing, or a file that may be replaced, has the name.</summary>
    /// <param name="path">The store path.</param>
    /// <param name="physical">Where it is.</param>
    /// <param name="mode">How it is to be written.</param>
    /// <exception cref="PathConflictException">Something else has the name.</exception>
    /// <exception cref="FileExistsException">It is to be new and there is one.</exception>
    public static void Clear(string path, string physical, FileWriteMode mode)
    {
        switch (ManagedPath.KindOf(physical))
        {
            case ManagedKind.File when mode == FileWriteMode.CreateNew:
                throw new FileExistsException(path);
            case ManagedKind.Special when mode != FileWriteMode.Replace:
                throw new PathConflictException(path, $"'{path}' cannot be written: what has its name is no regular file but a link, pipe, socket or device.");
            case ManagedKind.Directory when !TryRemove(physical):
                throw new PathConflictException(path, $"'{path}' cannot be written: it is a directory that is not empty.");
        }
    }

    /// <summary>Removes a directory that has nothing but directories in it.</summary>
    private static bool TryRemove(string directory)
    {
        try
        {
            foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
            {
                if (entry is not DirectoryInfo || TemporaryName.Is(entry.Name) || entry.LinkTarget is not null || !TryRemove(entry.FullName))
                {
                    return false;
                }
            }

            Directory.Delete(directory, recursive: false);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            // Something came in meanwhile.
            return false;
        }
    }
}
