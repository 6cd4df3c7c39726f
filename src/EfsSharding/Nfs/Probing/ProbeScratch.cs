using EfsSharding.Nfs.Files;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Probing;

/// <summary>
/// A directory of the probe's own in the root, which no listing of a store shows. Two clients work in it, as two services would.
/// </summary>
internal sealed class ProbeScratch(DirectNfsVolume one, DirectNfsVolume other, int largeBytes)
{
    private static readonly TimeSpan RemovalTimeout = TimeSpan.FromSeconds(20);

    public DirectNfsVolume One => one;

    public DirectNfsVolume Other => other;

    /// <summary>The size of a file that takes several requests.</summary>
    public int LargeBytes => largeBytes;

    /// <summary>Its name: hidden as temporary names are.</summary>
    public string Directory { get; } = $"{TemporaryName.Prefix}probe-{Guid.NewGuid():N}";

    public string PathOf(string name) => $"{Directory}/{name}";

    public Task WriteAsync(DirectNfsVolume volume, string name, ReadOnlyMemory<byte> content, FileWriteMode mode, CancellationToken cancellationToken) =>
        WriteAsync(volume, name, new FileContent(content), mode, cancellationToken);

    public Task WriteAsync(DirectNfsVolume volume, string name, FileContent content, FileWriteMode mode, CancellationToken cancellationToken) =>
        volume.WriteAsync(PathOf(name), new PendingWrite(content, mode) { Lock = LockPlace.Of(PathOf(name)) with { Root = Directory } }, cancellationToken);

    public Task<byte[]> ReadAsync(DirectNfsVolume volume, string name, CancellationToken cancellationToken) =>
        volume.ReadAllBytesAsync(PathOf(name), cancellationToken);

    /// <summary>The names in a directory as the server lists them, with the temporary ones.</summary>
    public async Task<List<DirectoryEntry>> ListEverythingAsync(string directory, CancellationToken cancellationToken)
    {
        const int PageBytes = 64 * 1024;
        var entries = new List<DirectoryEntry>();
        for (var (cookie, verifier) = (0UL, 0UL); ;)
        {
            var page = new ListCompound(cookie, verifier, PageBytes, everyName: true);
            await other.Conversation.RunInAsync(directory, page, other.NewDeadline(), cancellationToken).ConfigureAwait(false);
            if (page.Status != NfsStatus.Ok)
            {
                throw page.Status is NfsStatus.NoEnt or NfsStatus.NotDir
                    ? new DirectoryNotFoundException($"There is no directory '{directory}'.")
                    : NfsErrors.ToException(page.Status, page.FailedOperation, directory, changes: false);
            }

            entries.AddRange(page.Entries);
            if (page.IsEnd)
            {
                return entries;
            }

            (cookie, verifier) = (page.LastCookie, page.Verifier);
        }
    }

    /// <summary>Removes it with all that is in it, also when the probe was asked to stop.</summary>
    /// <exception cref="IOException">It is still there, and named.</exception>
    public async Task RemoveAsync()
    {
        using var limit = new CancellationTokenSource(RemovalTimeout);
        try
        {
            // What was being cleared up behind a caller's back may come in between.
            while (!await TryRemoveAsync(Directory, limit.Token).ConfigureAwait(false))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            throw new IOException($"The scratch directory '{Directory}' in the root was left behind, remove it by hand: {failure.Message}", failure);
        }
    }

    private async Task<bool> TryRemoveAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var entry in await ListEverythingAsync(path, cancellationToken).ConfigureAwait(false))
            {
                var inner = $"{path}/{entry.Name}";
                if (entry.Kind != DirectoryEntryKind.Directory)
                {
                    await RemoveOneAsync(inner, cancellationToken).ConfigureAwait(false);
                }
                else if (!await TryRemoveAsync(inner, cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }
            }

            return await RemoveOneAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (SessionLostException)
        {
            return false;
        }
    }

    private async Task<bool> RemoveOneAsync(string path, CancellationToken cancellationToken)
    {
        var remove = new RemoveTemporaryCompound(path[(path.LastIndexOf('/') + 1)..]);
        await one.Conversation.RunAsync(path, remove, one.NewDeadline(), cancellationToken).ConfigureAwait(false);
        return remove.Status switch
        {
            NfsStatus.Ok or NfsStatus.NoEnt => true,
            NfsStatus.NotEmpty => false,
            _ => throw NfsErrors.ToException(remove.Status, remove.FailedOperation, path, changes: true),
        };
    }
}
