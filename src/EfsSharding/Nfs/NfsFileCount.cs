using System.Threading.Channels;
using EfsSharding.Nfs.Files;
using EfsSharding.Storage;

namespace EfsSharding.Nfs;

/// <summary>Counts the regular files of a tree by reading its directories, many at once: each costs a round trip, so they must overlap.</summary>
internal static class NfsFileCount
{
    /// <param name="volume">Where the tree is.</param>
    /// <param name="directory">The tree; the empty string for all files.</param>
    /// <param name="directoriesInFlight">How many directories are read at once.</param>
    /// <param name="limit">Counting ends when so many files were seen.</param>
    /// <param name="progress">Is told of each page's files.</param>
    /// <param name="cancellationToken">Stops counting.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such directory. One that vanishes while the tree is read is no error.</exception>
    public static async Task<long> CountAsync(
        DirectNfsVolume volume, string directory, int directoriesInFlight, long limit, Action<long>? progress, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var directories = Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<string> { Comparer = Deepest });
        var (files, pending) = (0L, 1L);
        directories.Writer.TryWrite(directory);
        var workers = Enumerable.Range(0, directoriesInFlight).Select(_ => Task.Run(WorkAsync, CancellationToken.None)).ToArray();
        try
        {
            await Task.WhenAll(workers).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && Interlocked.Read(ref files) >= limit)
        {
        }

        return Interlocked.Read(ref files);

        async Task WorkAsync()
        {
            try
            {
                await foreach (var next in directories.Reader.ReadAllAsync(enough.Token).ConfigureAwait(false))
                {
                    await CountOneAsync(next).ConfigureAwait(false);
                    if (Interlocked.Decrement(ref pending) == 0)
                    {
                        directories.Writer.TryComplete();
                    }
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                await enough.CancelAsync().ConfigureAwait(false);
                directories.Writer.TryComplete(failure);
                throw;
            }
        }

        async Task CountOneAsync(string current)
        {
            try
            {
                await foreach (var page in volume.Directories.ReadAsync(current, enough.Token).ConfigureAwait(false))
                {
                    var seen = 0L;
                    foreach (var entry in page)
                    {
                        if (entry.Kind == DirectoryEntryKind.File)
                        {
                            seen++;
                        }
                        else if (entry.Kind == DirectoryEntryKind.Directory)
                        {
                            Interlocked.Increment(ref pending);
                            directories.Writer.TryWrite(current.Length == 0 ? entry.Name : $"{current}/{entry.Name}");
                        }
                    }

                    progress?.Invoke(seen);
                    if (Interlocked.Add(ref files, seen) >= limit)
                    {
                        await enough.CancelAsync().ConfigureAwait(false);
                    }
                }
            }
            catch (DirectoryNotFoundException) when (!ReferenceEquals(current, directory))
            {
            }
        }
    }

    /// <summary>The deepest first, so that the names that wait stay few.</summary>
    private static readonly Comparer<string> Deepest = Comparer<string>.Create(static (a, b) => b.AsSpan().Count('/') - a.AsSpan().Count('/'));
}
