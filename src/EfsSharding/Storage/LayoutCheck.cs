using System.Runtime.CompilerServices;
using EfsSharding.Mounting;
using EfsSharding.Routing;

namespace EfsSharding.Storage;

/// <summary>
/// Looks at the root of each file system that is new, or whose layout changes, and says when its files were written in the other
/// layout. A path that looks like a bucket's is believed to be one only when a file in it hashes to that bucket.
/// </summary>
internal static class LayoutCheck
{
    /// <summary>Entries looked at; the first buffer of a listing holds many more.</summary>
    private const int Sample = 256;

    /// <exception cref="LayoutMismatchException">The files of a file system were written in the other layout.</exception>
    public static async Task RunAsync(VolumesInUse next, VolumesInUse? previous, CancellationToken cancellationToken)
    {
        var isKnown = previous?.Map.Layout == next.Map.Layout
            ? previous.Map.FileSystems.Select(f => f.FileSystemId).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var id in next.Map.FileSystems.Select(f => f.FileSystemId).Where(id => !isKnown.Contains(id)))
        {
            var target = Array.Find(next.Volumes, v => v.Target.FileSystemId == id && v.State == VolumeState.Up);
            if (target?.TryLend() is not { } volume)
            {
                continue;
            }

            try
            {
                var found = await FindAsync(volume, cancellationToken).ConfigureAwait(false);
                if (found is { } layout && layout != next.Map.Layout)
                {
                    throw new LayoutMismatchException(id, next.Map.Layout, layout);
                }
            }
            finally
            {
                target.Release();
            }
        }
    }

    /// <returns>Null when the root shows neither: it is empty.</returns>
    private static async Task<FileLayout?> FindAsync(IVolume volume, CancellationToken cancellationToken)
    {
        var others = 0;
        var looked = 0;
        await foreach (var entry in volume.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            if (entry.Kind == DirectoryEntryKind.Directory && LayoutPath.IsBucket(entry.Name, out var bucket))
            {
                if (await FirstFileAsync(volume, entry.Name, cancellationToken).ConfigureAwait(false) is { } path)
                {
                    return BucketOf(path[(entry.Name.Length + 1)..]) == bucket ? FileLayout.Bucketed : FileLayout.Plain;
                }
            }
            else if (entry.Kind != DirectoryEntryKind.Other)
            {
                others++;
            }

            if (++looked == Sample)
            {
                break;
            }
        }

        return others > 0 ? FileLayout.Plain : null;
    }

    /// <summary>Goes down the first directories, not through all of them.</summary>
    private static async Task<string?> FirstFileAsync(IVolume volume, string directory, CancellationToken cancellationToken)
    {
        string? next = directory;
        while (next is not null)
        {
            directory = next;
            next = null;
            await foreach (var entry in volume.ListAsync(directory, cancellationToken).ConfigureAwait(false))
            {
                if (entry.Kind == DirectoryEntryKind.File)
                {
                    return $"{directory}/{entry.Name}";
                }

                next = entry.Kind == DirectoryEntryKind.Directory ? $"{directory}/{entry.Name}" : next;
            }
        }

        return null;
    }

    [SkipLocalsInit]
    private static int BucketOf(string path)
    {
        Span<byte> buffer = stackalloc byte[StorePath.BufferLength];
        return PathHash.Bucket(PathHash.Of(StorePath.Encode(path, buffer)));
    }
}
