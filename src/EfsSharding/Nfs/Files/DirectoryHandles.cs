using System.Collections.Concurrent;
using EfsSharding.Nfs.Operations;

namespace EfsSharding.Nfs.Files;

/// <summary>
/// Handles of directories by path, for a few seconds each: a directory that another client renamed is noticed then, at no extra
/// round trip, as the walk travels in the compound that needs it. The root needs no handle.
/// </summary>
internal sealed class DirectoryHandles(TimeProvider time, TimeSpan lifetime, int capacity)
{
    private readonly ConcurrentDictionary<string, (FileHandle Handle, long Since)> _handles = new(StringComparer.Ordinal);

    /// <param name="directory">Its path.</param>
    /// <param name="now">The time; that of a moment ago spares asking the clock.</param>
    /// <param name="handle">Its handle.</param>
    public bool TryGet(ReadOnlySpan<char> directory, long now, out FileHandle handle)
    {
        if (_handles.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(directory, out var known) && time.GetElapsedTime(known.Since, now) < lifetime)
        {
            handle = known.Handle;
            return true;
        }

        handle = default;
        return false;
    }

    public void Add(ReadOnlySpan<char> directory, FileHandle handle)
    {
        if (_handles.Count >= capacity)
        {
            _handles.Clear();
        }

        _handles.GetAlternateLookup<ReadOnlySpan<char>>()[directory] = (handle, time.GetTimestamp());
    }

    /// <summary>Drops a directory and all above it.</summary>
    public void Forget(ReadOnlySpan<char> directory)
    {
        var lookup = _handles.GetAlternateLookup<ReadOnlySpan<char>>();
        while (directory.Length > 0)
        {
            lookup.TryRemove(directory, out _);
            directory = directory[..Math.Max(directory.LastIndexOf('/'), 0)];
        }
    }
}
