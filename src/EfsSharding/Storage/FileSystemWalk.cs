using System.Collections.Concurrent;
using System.Threading.Channels;
using EfsSharding.Mounting;
using EfsSharding.Routing;

namespace EfsSharding.Storage;

/// <summary>Walks one file system, the deepest directories first so that few are waiting, and passes on the store paths of its files.</summary>
internal sealed class FileSystemWalk(VolumesInUse inUse, Failover failover, string fileSystemId, string directory, ChannelWriter<string> files) : IDisposable
{
    private readonly bool _isBucketed = inUse.Map.Layout == FileLayout.Bucketed;
    private readonly bool _isShared = inUse.Map.FileSystems.Count > 1;
    private readonly ConcurrentStack<string> _directories = new();
    private readonly SemaphoreSlim _found = new(0);
    private int _open;

    /// <summary>Any order of targets serves for a directory, which belongs to no bucket; the map's is taken.</summary>
    private readonly FileSystemRoute _route = new(
        fileSystemId, [.. Enumerable.Range(0, inUse.Volumes.Length).Where(i => inUse.Volumes[i].Target.FileSystemId == fileSystemId)]);

    public async Task RunAsync(int directoriesInFlight, CancellationToken cancellationToken)
    {
        Push(_isBucketed ? "" : directory);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = new Task[directoriesInFlight];
        for (var i = 0; i < workers.Length; i++)
        {
            workers[i] = WorkAsync(directoriesInFlight, stop);
        }

        await Task.WhenAll(workers).ConfigureAwait(false);
    }

    public void Dispose() => _found.Dispose();

    private async Task WorkAsync(int workers, CancellationTokenSource stop)
    {
        try
        {
            while (true)
            {
                await _found.WaitAsync(stop.Token).ConfigureAwait(false);
                if (!_directories.TryPop(out var next))
                {
                    return;
                }

                await ReadAsync(next, stop.Token).ConfigureAwait(false);
                if (Interlocked.Decrement(ref _open) == 0)
                {
                    _found.Release(workers);
                }
            }
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void Push(string path)
    {
        Interlocked.Increment(ref _open);
        _directories.Push(path);
        _found.Release();
    }

    private async Task ReadAsync(string path, CancellationToken cancellationToken)
    {
        // A target that fails midway leaves the rest to another, which starts the directory again.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            await failover.RunAsync(
                inUse,
                _route,
                "list",
                static async (_, volume, s, token) =>
                {
                    await foreach (var entry in volume.ListAsync(s.path, token).ConfigureAwait(false))
                    {
                        if (s.seen.Add(entry.Name))
                        {
                            await s.walk.PassOnAsync(s.path, entry, token).ConfigureAwait(false);
                        }
                    }

                    return true;
                },
                (walk: this, path, seen),
                onFault: null,
                cancellationToken).ConfigureAwait(false);
        }
        catch (DirectoryNotFoundException)
        {
            // A directory may be on other file systems only, or have gone while its parent was read.
        }
    }

    private async ValueTask PassOnAsync(string parent, DirectoryEntry entry, CancellationToken cancellationToken)
    {
        var path = parent.Length == 0 ? entry.Name : $"{parent}/{entry.Name}";
        if (_isBucketed && parent.Length == 0)
        {
            if (entry.Kind == DirectoryEntryKind.Directory && LayoutPath.IsBucket(entry.Name, out _))
            {
                Push(directory.Length == 0 ? path : $"{path}/{directory}");
            }
        }
        else if (entry.Kind == DirectoryEntryKind.Directory)
        {
            Push(path);
        }
        else if (entry.Kind == DirectoryEntryKind.File)
        {
            var storePath = _isBucketed ? LayoutPath.FromBucketed(path) : path;
            if (!_isShared || await IsFoundHereAsync(storePath, cancellationToken).ConfigureAwait(false))
            {
                await files.WriteAsync(storePath, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether reading the path would find this copy: the file system holds its bucket, and none ahead of it has the file.</summary>
    private async ValueTask<bool> IsFoundHereAsync(string storePath, CancellationToken cancellationToken)
    {
        var file = LocatedFile.Find(inUse, storePath);
        foreach (var holder in file.Route.Holders)
        {
            if (holder.FileSystemId == fileSystemId)
            {
                return true;
            }

            var ahead = await failover.RunAsync(
                inUse,
                holder,
                "info",
                static (_, volume, physicalPath, token) => volume.GetAttributesAsync(physicalPath, token),
                file.PhysicalPath,
                onFault: null,
                cancellationToken).ConfigureAwait(false);
            if (ahead is not null)
            {
                return false;
            }
        }

        return false;
    }
}
