using System.Runtime.CompilerServices;
using System.Text;
using EfsSharding.Diagnostics;
using EfsSharding.Targets;
using EfsSharding.Volumes;

namespace EfsSharding.Storage.Listing;

/// <summary>Decides on the entries of one directory on one file system: whether a reader would find what is there, and whether it was passed on before.</summary>
internal sealed class ListingSort(VolumesInUse inUse, string fileSystemId, string listed, string directory, ListedNames names, ListingReport report)
{
    private readonly bool _isBucketed = inUse.Map.Layout == FileLayout.Bucketed;
    private readonly bool _isShared = inUse.Map.FileSystems.Count > 1;
    private readonly bool _isAmongBuckets = inUse.Map.Layout == FileLayout.Bucketed && directory.Length == 0;

    /// <param name="entry">An entry of the directory.</param>
    /// <param name="path">The store path of a file, or the physical path of a directory.</param>
    public ListedKind Sort(DirectoryEntry entry, out string path)
    {
        path = directory.Length == 0 ? entry.Name : $"{directory}/{entry.Name}";
        switch (entry.Kind)
        {
            case DirectoryEntryKind.NotUtf8:
                return Leave(LeftOut.NotUtf8, entry.Name, path);
            case DirectoryEntryKind.File:
                return SortFile(entry.Name, ref path);
            case DirectoryEntryKind.Directory:
                return SortDirectory(entry.Name, ref path);
            default:
                return ListedKind.Nothing;
        }
    }

    private ListedKind SortDirectory(string name, ref string path)
    {
        if (_isAmongBuckets)
        {
            if (!LayoutPath.IsBucket(name, out _))
            {
                return ListedKind.Nothing;
            }

            path = listed.Length == 0 ? path : $"{path}/{listed}";
        }
        else if (IsTooLong(name, StorePath.MaxSegmentBytes) || IsTooLong(path, StorePath.MaxDirectoryBytes + (_isBucketed ? LayoutPath.PrefixLength : 0)))
        {
            return Leave(LeftOut.TooLong, name, path);
        }

        return names.Take(name) ? ListedKind.Directory : ListedKind.Nothing;
    }

    private ListedKind SortFile(string name, ref string path)
    {
        if (_isAmongBuckets)
        {
            return listed.Length == 0 ? Leave(LeftOut.Misplaced, name, path) : ListedKind.Nothing;
        }

        var storePath = _isBucketed ? LayoutPath.FromBucketed(path) : path;
        if (IsTooLong(name, StorePath.MaxSegmentBytes) || IsTooLong(storePath, StorePath.MaxBytes))
        {
            return Leave(LeftOut.TooLong, name, path);
        }

        if ((_isShared || _isBucketed) && !IsFoundHere(storePath))
        {
            return Leave(LeftOut.Misplaced, name, path);
        }

        if (!names.Take(name))
        {
            return ListedKind.Nothing;
        }

        path = storePath;
        report.Listed();
        return ListedKind.File;
    }

    /// <summary>Whether readers look for the path here. A store path that is none, as a segment of it is hidden, is not found either.</summary>
    private bool IsFoundHere(string storePath)
    {
        LocatedFile file;
        try
        {
            file = LocatedFile.Find(inUse, storePath);
        }
        catch (InvalidStorePathException)
        {
            return false;
        }

        return (!_isBucketed || (LayoutPath.IsBucket(directory.AsSpan(0, LayoutPath.PrefixLength - 1), out var bucket) && bucket == file.Bucket))
            && (!_isShared || Array.Exists(file.Route.Holders, h => h.FileSystemId == fileSystemId));
    }

    /// <summary>No name has a slash: what is left out here may be passed on by another file system that has the same name.</summary>
    private ListedKind Leave(LeftOut reason, string name, string path)
    {
        if (names.Take($"{name}/{fileSystemId}"))
        {
            report.Add(reason, path, fileSystemId);
        }

        return ListedKind.Nothing;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsTooLong(string text, int maxBytes) => text.Length * 3 > maxBytes && Encoding.UTF8.GetByteCount(text) > maxBytes;
}
