using System.Runtime.CompilerServices;
using EfsSharding.Routing;
using EfsSharding.Volumes;

namespace EfsSharding.Targets;

/// <summary>
/// What the root of a file system shows of the layout that its files were written in. A directory that looks like a bucket is believed to
/// be one only
/// when each file in it hashes to that bucket, which a single file does by chance once in 4,096 times: so several must agree.
/// </summary>
internal sealed class LayoutEvidence(IVolume volume)
{
    /// <summary>Entries looked at of one directory; the first buffer of a listing holds many more.</summary>
    private const int Entries = 256;

    /// <summary>Buckets with files that are looked into, files of each, and directories listed in all.</summary>
    private const int Buckets = 8;
    private const int FilesOfBucket = 16;
    private const int Listings = 128;

    /// <summary>Buckets that must agree, or files that lie where none of a bucketed store would: one or two may be stray ones.</summary>
    private const int Enough = 3;

    private int _listings;

    /// <summary>
    /// Directories with the name of a bucket whose files all belong there, that have some that do, and none; and files elsewhere.
    /// </summary>
    private (int Agree, int Mixed, int Disagree, int Elsewhere) _found;

    /// <summary>Whether the files were written in a layout for certain.</summary>
    /// <exception cref="TargetFaultException">The target failed.</exception>
    public async Task<bool> ShowsAsync(FileLayout layout, CancellationToken cancellationToken)
    {
        List<string> others = [];
        await foreach (var entry in EntriesAsync("", cancellationToken).ConfigureAwait(false))
        {
            if (entry.Kind == DirectoryEntryKind.Directory && LayoutPath.IsBucket(entry.Name, out var bucket))
            {
                if (_found.Agree + _found.Mixed + _found.Disagree < Buckets)
                {
                    await LookIntoAsync(entry.Name, bucket, cancellationToken).ConfigureAwait(false);
                }
            }
            else if (others.Count < Buckets)
            {
                others.Add(entry.Kind == DirectoryEntryKind.Directory ? entry.Name : "");
            }

            if (IsDecided(layout))
            {
                break;
            }
        }

        // In a bucketed store a file that hashes right shows that the rest is not the store's.
        foreach (var name in IsDecided(layout) ? [] : others)
        {
            _found.Elsewhere += name.Length == 0 ? 1 : (await FilesAsync(name, Enough, cancellationToken).ConfigureAwait(false)).Count;
        }

        return layout == FileLayout.Bucketed
            ? _found is { Agree: >= Enough, Mixed: 0, Disagree: 0 }
            : _found is { Agree: 0, Mixed: 0 } && _found.Disagree + _found.Elsewhere >= Enough;
    }

    private bool IsDecided(FileLayout asked) => asked == FileLayout.Plain ? _found.Agree + _found.Mixed > 0 : _found.Mixed + _found.Disagree > 0;

    private async Task LookIntoAsync(string directory, int bucket, CancellationToken cancellationToken)
    {
        var files = await FilesAsync(directory, FilesOfBucket, cancellationToken).ConfigureAwait(false);
        if (files.Count > 0)
        {
            var belong = files.Count(path => BucketOf(path[(directory.Length + 1)..]) == bucket);
            _found = belong == files.Count ? _found with { Agree = _found.Agree + 1 }
                : belong > 0 ? _found with { Mixed = _found.Mixed + 1 }
                : _found with { Disagree = _found.Disagree + 1 };
        }
    }

    /// <summary>The first files at or below a directory: goes down the first directories, not through all of them.</summary>
    private async Task<List<string>> FilesAsync(string directory, int count, CancellationToken cancellationToken)
    {
        List<string> files = [];
        for (string? next = directory; next is not null && files.Count == 0;)
        {
            var here = next;
            next = null;
            await foreach (var entry in EntriesAsync(here, cancellationToken).ConfigureAwait(false))
            {
                if (entry.Kind == DirectoryEntryKind.File)
                {
                    files.Add($"{here}/{entry.Name}");
                }
                else
                {
                    next ??= $"{here}/{entry.Name}";
                }

                if (files.Count == count)
                {
                    break;
                }
            }
        }

        return files;
    }

    /// <summary>Files and directories, without what the platform or an operator puts there. Of one that cannot be read, nothing.</summary>
    private async IAsyncEnumerable<DirectoryEntry> EntriesAsync(string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (++_listings > Listings)
        {
            yield break;
        }

        var entries = volume.ListAsync(directory, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var disposal = entries.ConfigureAwait(false);
        for (var looked = 0; looked < Entries && await NextAsync(entries).ConfigureAwait(false); looked++)
        {
            if (entries.Current is { Kind: DirectoryEntryKind.File or DirectoryEntryKind.Directory } entry && !IsOfThePlatform(entry.Name))
            {
                yield return entry;
            }
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<DirectoryEntry> entries)
    {
        try
        {
            return await entries.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or ArgumentException or (IOException and not (TargetFaultException or StoreBusyException)))
        {
            // No permission, too deep, gone meanwhile, not a directory any more: it is not known what is in it.
            return false;
        }
    }

    /// <summary>
    /// AWS Backup restores beneath aws-backup-restore_…; what begins with a dot is the library's, the kernel's or an operator's.
    /// </summary>
    private static bool IsOfThePlatform(string name) =>
        name.StartsWith('.') || name == "lost+found" || name.StartsWith("aws-backup-restore_", StringComparison.Ordinal);

    [SkipLocalsInit]
    private static int BucketOf(string path)
    {
        Span<byte> buffer = stackalloc byte[StorePath.BufferLength];
        try
        {
            return PathHash.Bucket(PathHash.Of(StorePath.Encode(path, buffer)));
        }
        catch (InvalidStorePathException)
        {
            return -1;
        }
    }
}
