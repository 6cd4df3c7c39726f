namespace EfsSharding.Volumes.Directories.Managed;

/// <summary>The lock of a conditional change, and what it looks at before it is made.</summary>
internal sealed class ManagedCondition(string path, string physical, StoredVersion expected, ManagedPathLock pathLock) : IDisposable
{
    /// <exception cref="VersionMismatchException">The file is of another version, or there is none.</exception>
    public void ThrowIfOther()
    {
        var file = new FileInfo(physical);
        var present = file.Exists ? ManagedRootDirectory.StoredVersionOf(file) : (StoredVersion?)null;
        if (present != expected)
        {
            throw new VersionMismatchException(path, present?.ToString());
        }
    }

    public void Dispose() => pathLock.Dispose();
}
