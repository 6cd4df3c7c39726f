using System.Collections.Concurrent;

namespace EfsSharding.Volumes;

/// <summary>
/// Removes directories that deletes left empty, and those above them. A moment later and apart from the deletes, so that no caller
/// waits: one try for however many files of a directory were deleted meanwhile, and none for a directory that is being written to.
/// </summary>
/// <param name="tryRemove">Removes a directory if it is empty at that moment, and says whether it is gone.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class EmptiedDirectories(Func<string, CancellationToken, Task<bool>> tryRemove, TimeProvider timeProvider) : IAsyncDisposable
{
    /// <summary>Long enough for a bulk of deletes to cost one try, and for a file that is written again to find its directory.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>What is over stays as it is.</summary>
    private const int MostNoted = 65_536;
    private const int AtOnce = 4;

    /// <summary>How long a volume that closes goes on.</summary>
    private static readonly TimeSpan LastTry = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, bool> _noted = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private volatile bool _any;
    private bool _isClosed;
    private Task _running = Task.CompletedTask;

    /// <summary>A file was deleted.</summary>
    public void NoteDeleted(string path)
    {
        var parent = ParentOf(path);
        if (parent.Length == 0 || _noted.Count >= MostNoted || !_noted.TryAdd(parent, true))
        {
            return;
        }

        _any = true;
        lock (_gate)
        {
            if (_running.IsCompleted && !_isClosed)
            {
                _running = Task.Run(RunAsync);
            }
        }
    }

    /// <summary>A file is about to be written: its directory will be needed.</summary>
    public void NoteWritten(string path)
    {
        if (_any)
        {
            _noted.GetAlternateLookup<ReadOnlySpan<char>>().TryRemove(path.AsSpan(0, Math.Max(path.LastIndexOf('/'), 0)), out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task running;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            running = _running;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        if (_any)
        {
            // A target that hangs must not hold the closing up: what is left then stays.
            using var limit = new CancellationTokenSource();
            await Task.WhenAny(LastAsync(running, limit.Token), Task.Delay(LastTry, CancellationToken.None)).ConfigureAwait(false);
            await limit.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task LastAsync(Task running, CancellationToken cancellationToken)
    {
        await running.ConfigureAwait(false);
        await RemoveAllAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await Task.Delay(Pause, timeProvider, _closing.Token).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
            if (_closing.IsCancellationRequested)
            {
                return;
            }

            await RemoveAllAsync(_closing.Token).ConfigureAwait(false);
            lock (_gate)
            {
                if (_noted.IsEmpty)
                {
                    _any = false;
                    _running = Task.CompletedTask;
                    return;
                }
            }
        }
    }

    /// <summary>The deepest first; one that is gone leaves its parent to be tried with those of its depth.</summary>
    private async Task RemoveAllAsync(CancellationToken cancellationToken)
    {
        var byDepth = new SortedDictionary<int, ConcurrentDictionary<string, bool>>();
        foreach (var directory in _noted.Keys)
        {
            if (_noted.TryRemove(directory, out _))
            {
                At(byDepth, directory)[directory] = true;
            }
        }

        while (byDepth.Count > 0)
        {
            var depth = byDepth.Keys.Last();
            byDepth.Remove(depth, out var level);
            var parents = depth == 0 ? null : byDepth.TryGetValue(depth - 1, out var known) ? known : byDepth[depth - 1] = new(StringComparer.Ordinal);
            await Parallel.ForEachAsync(
                level!.Keys,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (directory, _) =>
                {
                    if (!cancellationToken.IsCancellationRequested && await IsRemovedAsync(directory, cancellationToken).ConfigureAwait(false) && parents is not null)
                    {
                        parents[ParentOf(directory)] = true;
                    }
                }).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> IsRemovedAsync(string directory, CancellationToken cancellationToken)
    {
        try
        {
            return await tryRemove(directory, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException or ObjectDisposedException)
        {
            // It stays, and costs nobody anything but a listing.
            return false;
        }
    }

    private static ConcurrentDictionary<string, bool> At(SortedDictionary<int, ConcurrentDictionary<string, bool>> byDepth, string directory)
    {
        var depth = directory.AsSpan().Count('/');
        return byDepth.TryGetValue(depth, out var level) ? level : byDepth[depth] = new(StringComparer.Ordinal);
    }

    private static string ParentOf(string path) => path[..Math.Max(path.LastIndexOf('/'), 0)];
}
