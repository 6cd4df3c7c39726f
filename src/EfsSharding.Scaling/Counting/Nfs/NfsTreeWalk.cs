using System.Threading.Channels;
using EfsSharding.Volumes;

namespace EfsSharding.Scaling.Counting.Nfs;

/// <summary>Reads the directories of a tree over NFS, many at once: each costs a round trip, so they must overlap.</summary>
/// <param name="targets">What to read through.</param>
/// <param name="asked">The directory as the caller named it.</param>
/// <param name="root">The same as a path from the root of the volume; the empty string for all files.</param>
/// <param name="directoriesInFlight">How many directories are read at once.</param>
/// <param name="tally">Gets what is found.</param>
internal sealed class NfsTreeWalk(ICountingTargets targets, string asked, string root, int directoriesInFlight, CountTally tally)
{
    /// <summary>The deepest first, so that the names that wait stay few.</summary>
    private static readonly Comparer<(string Path, int Depth)> Deepest = Comparer<(string Path, int Depth)>.Create(static (a, b) => b.Depth - a.Depth);

    private readonly Channel<(string Path, int Depth)> _waiting =
        Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<(string Path, int Depth)> { Comparer = Deepest });

    private long _unread = 1;

    /// <summary>Reads until there is nothing left, or until it is cancelled, without an exception then. A failure goes to the tally.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryWrite((root, 0));
        await Task.WhenAll(Enumerable.Range(0, directoriesInFlight).Select(_ => Task.Run(() => ReadOnAsync(cancellationToken), CancellationToken.None))).ConfigureAwait(false);
    }

    private async Task ReadOnAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (path, depth) in _waiting.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                var below = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
                Interlocked.Add(ref _unread, below.Count);
                foreach (var name in below)
                {
                    _waiting.Writer.TryWrite((path.Length == 0 ? name : $"{path}/{name}", depth + 1));
                }

                if (Interlocked.Decrement(ref _unread) == 0)
                {
                    _waiting.Writer.TryComplete();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The count has ended, and says why.
        }
        catch (Exception failure)
        {
            tally.Fail(failure);
        }
    }

    /// <summary>Counts the files of one directory; from its start again through the next target when the one in use fails.</summary>
    /// <returns>The names of the directories in it.</returns>
    private async Task<List<string>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var below = new List<string>();
        for (var isTold = false; ;)
        {
            var volume = await targets.GetAsync(cancellationToken).ConfigureAwait(false);
            var counted = 0L;
            try
            {
                await foreach (var page in volume.Directories.CountAsync(path, cancellationToken).ConfigureAwait(false))
                {
                    if (!isTold)
                    {
                        tally.AddDirectory();
                        isTold = true;
                    }

                    counted += page.Files;
                    tally.AddFiles(page.Files);
                    below.AddRange(page.Directories);
                }

                return below;
            }
            catch (DirectoryNotFoundException) when (path != root)
            {
                // It vanished between being listed and being read.
                return [];
            }
            catch (TargetFaultException fault)
            {
                await targets.AbandonAsync(volume, fault).ConfigureAwait(false);
                tally.TakeBack(counted);
                below.Clear();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new DirectoryUnreadableException(path == root ? asked : $"/{path}", e.Message, e);
            }
        }
    }
}
