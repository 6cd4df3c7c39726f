namespace Quickstart;

/// <summary>
/// A temporary directory that ends with the process. What a killed one left is removed by the next: the lock in it is let go of by the system,
/// however the process ended.
/// </summary>
internal sealed class ScratchDirectory : IDisposable
{
    private const string Prefix = "efs-sharding-quickstart-";
    private const string LockName = ".lock";

    private readonly FileStream _lock;

    private ScratchDirectory(DirectoryInfo directory)
    {
        FullName = directory.FullName;
        _lock = Lock(FullName, FileMode.CreateNew);
    }

    public string FullName { get; }

    /// <exception cref="IOException">Nothing can be written in the temporary directory.</exception>
    public static ScratchDirectory Create()
    {
        foreach (var left in Directory.EnumerateDirectories(Path.GetTempPath(), $"{Prefix}*"))
        {
            RemoveIfLeft(left);
        }

        return new ScratchDirectory(Directory.CreateTempSubdirectory(Prefix));
    }

    public void Dispose()
    {
        _lock.Dispose();
        Remove(FullName);
    }

    private static void RemoveIfLeft(string directory)
    {
        try
        {
            Lock(directory, FileMode.Open).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another one runs, or it is another user's.
            return;
        }

        Remove(directory);
    }

    private static void Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another process that started just now was faster.
        }
    }

    private static FileStream Lock(string directory, FileMode mode) => new(Path.Combine(directory, LockName), mode, FileAccess.ReadWrite, FileShare.None);
}
