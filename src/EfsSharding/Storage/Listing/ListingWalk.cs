using System.Collections.Concurrent;
using System.Threading.Channels;
using EfsSharding.Diagnostics;
using EfsSharding.Routing;
using EfsSharding.Targets;

namespace EfsSharding.Storage.Listing;

/// <summary>Walks the directories of a listing, the deepest first so that few are waiting, and passes on the store paths of the files that a reader would find.</summary>
internal sealed class ListingWalk(
    VolumesInUse inUse, Failover failover, StoreMetrics metrics, ListingLog log, string directory, ListedNamesAllowance allowance, ChannelWriter<string> files)
    : IDisposable
{
    /// <summary>Directories that wait at most; a directory with more in it has them read before its next entry is looked at.</summary>
    private const int MaxWaiting = 16 << 10;

    /// <summary>Where it begins: the caller asked for it, and gets an error when it may not be read.</summary>
    private readonly string _start = inUse.Map.Layout == FileLayout.Bucketed ? "" : directory;
    private readonly ConcurrentStack<ListingDirectory> _directories = new();
    private readonly SemaphoreSlim _found = new(0);
    private int _open;

    public async Task RunAsync(int directoriesInFlight, CancellationToken cancellationToken)
    {
        foreach (var copies in ListingOrder.Of(inUse))
        {
            Push(new ListingDirectory(_start, copies));
        }

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

    private void Push(ListingDirectory next)
    {
        Interlocked.Increment(ref _open);
        _directories.Push(next);
        _found.Release();
    }

    /// <summary>Takes a directory up: another reader may have it, or this one now when too many wait.</summary>
    private ValueTask EnterAsync(ListingDirectory next, CancellationToken cancellationToken)
    {
        if (_directories.Count < MaxWaiting)
        {
            Push(next);
            return ValueTask.CompletedTask;
        }

        return new ValueTask(ReadAsync(next, cancellationToken));
    }

    private async Task ReadAsync(ListingDirectory next, CancellationToken cancellationToken)
    {
        var report = new ListingReport(metrics, log, next.Path);
        using var names = new ListedNames(allowance);
        try
        {
            do
            {
                foreach (var copy in next.Copies)
                {
                    await ReadAsync(next, copy, names, report, cancellationToken).ConfigureAwait(false);
                }
            }
            while (names.NeedsAnotherReading());
        }
        finally
        {
            report.Send();
        }
    }

    private async Task ReadAsync(ListingDirectory next, FileSystemRoute copy, ListedNames names, ListingReport report, CancellationToken cancellationToken)
    {
        try
        {
            // A target that fails midway leaves the rest to another, which starts the directory again.
            await failover.RunAsync(
                inUse,
                copy,
                "list",
                static async (_, volume, s, token) =>
                {
                    await foreach (var entry in volume.ListAsync(s.next.Path, token).ConfigureAwait(false))
                    {
                        switch (s.sorting.Sort(entry, out var path))
                        {
                            case ListedKind.File:
                                await s.files.WriteAsync(path, token).ConfigureAwait(false);
                                break;
                            case ListedKind.Directory:
                                await s.walk.EnterAsync(s.next with { Path = path }, token).ConfigureAwait(false);
                                break;
                        }
                    }

                    return true;
                },
                (walk: this, files, next, sorting: new ListingSort(inUse, copy.FileSystemId, directory, next.Path, names, report)),
                onFault: null,
                cancellationToken).ConfigureAwait(false);
        }
        catch (DirectoryNotFoundException)
        {
            // A directory may be on other file systems only, or have gone while its parent was read.
        }
        catch (UnauthorizedAccessException e) when (next.Path != _start)
        {
            report.Unreadable(e, copy.FileSystemId);
        }
    }
}
