using System.Collections.Concurrent;

namespace EfsSharding.Volumes.Directories.Managed;

/// <summary>A path's lock within this process: all that every platform has.</summary>
internal sealed class ManagedPathLock : IDisposable
{
    private static readonly ConcurrentDictionary<(string Root, LockPlace Place), bool> Held = new();
    private readonly (string Root, LockPlace Place) _key;
    private int _released;

    private ManagedPathLock((string Root, LockPlace Place) key) => _key = key;

    /// <exception cref="PathLockedException">Somebody else holds it.</exception>
    public static ManagedPathLock Take(string root, LockPlace place, string path) =>
        Held.TryAdd((root, place), true) ? new ManagedPathLock((root, place)) : throw new PathLockedException(path);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            Held.TryRemove(_key, out _);
        }
    }
}
