using EfsSharding.Routing;
using EfsSharding.Targets;

namespace EfsSharding.Storage;

/// <summary>
/// The errors of a store name the caller's path. A volume knows the path on its file system only, with the layout applied, and the platform's
/// own texts name a path of this machine.
/// </summary>
internal static class StoreErrors
{
    /// <summary>Whether an error names a volume's path rather than the store's.</summary>
    public static bool IsOfVolume(Exception failure, in LocatedFile file) => At(failure, file) is not null;

    /// <summary>The same error for the store path.</summary>
    /// <param name="failure">What a volume threw.</param>
    /// <param name="file">The file.</param>
    /// <returns>Null when the error says what it should, or is not one of a volume's.</returns>
    public static Exception? At(Exception failure, in LocatedFile file)
    {
        var physicalPath = file.PhysicalPath;
        var text = TextAt(failure.Message, file, physicalPath);
        if (text == failure.Message && (physicalPath == file.Path || PathOf(failure) != physicalPath))
        {
            return null;
        }

        var path = PathOf(failure) == physicalPath ? file.Path : PathOf(failure) ?? file.Path;
        return failure switch
        {
            FileExistsException => new FileExistsException(path, failure),
            PathConflictException e => new PathConflictException(path, text, e) { MayHaveTakenEffect = e.MayHaveTakenEffect },
            StorageFullException e => new StorageFullException(path, text, e) { MayHaveTakenEffect = e.MayHaveTakenEffect },
            ChangeInDoubtException e => new ChangeInDoubtException(path, text, e) { MayHaveTakenEffect = e.MayHaveTakenEffect },
            EarlierChangeInDoubtException e => new EarlierChangeInDoubtException(path, text, e) { MayHaveTakenEffect = e.MayHaveTakenEffect },
            ContentNotRepeatableException e => new ContentNotRepeatableException(path, text, e) { MayHaveTakenEffect = e.MayHaveTakenEffect },
            FileChangedException e => new FileChangedException(path, text, e) { MayHaveTakenEffect = e.MayHaveTakenEffect },
            TargetUnavailableException e => new TargetUnavailableException(e.FileSystemId, text, e) { MayHaveTakenEffect = e.MayHaveTakenEffect },
            StoreBusyException e => new StoreBusyException(text, e) { MayHaveTakenEffect = e.MayHaveTakenEffect },
            FileNotFoundException => new FileNotFoundException(text, path, failure),
            DirectoryNotFoundException => new DirectoryNotFoundException(text, failure),
            PathTooLongException => new PathTooLongException(text, failure),
            UnauthorizedAccessException => new UnauthorizedAccessException(text, failure),
            IOException when failure.GetType() == typeof(IOException) => new IOException(text, failure) { HResult = failure.HResult },
            _ => null,
        };
    }

    /// <summary>The same error of a listing, which is in many directories of a layout. Nothing that is said of a file is true of one.</summary>
    /// <param name="failure">What a volume threw, or the store.</param>
    /// <param name="layout">The layout in use.</param>
    /// <param name="directory">The store path of the directory that is listed.</param>
    public static Exception AtDirectory(Exception failure, FileLayout layout, string directory) => failure switch
    {
        TargetUnavailableException or StoreBusyException => failure,
        UnauthorizedAccessException => new UnauthorizedAccessException($"Listing '{directory}' failed: {WithoutBuckets(failure.Message, layout)}", failure),
        IOException => new IOException($"Listing '{directory}' failed: {WithoutBuckets(failure.Message, layout)}", failure) { HResult = failure.HResult },
        _ => failure,
    };

    /// <summary>What a volume says, for somebody who knows store paths: without the directory of the bucket that the layout puts in front of a quoted path.</summary>
    public static string WithoutBuckets(string text, FileLayout layout)
    {
        if (layout != FileLayout.Bucketed)
        {
            return text;
        }

        for (var quote = text.IndexOf('\'', StringComparison.Ordinal); quote >= 0; quote = text.IndexOf('\'', quote + 1))
        {
            if (IsBucket(text.AsSpan(quote + 1)))
            {
                text = text.Remove(quote + 1, 4);
            }
        }

        return text;
    }

    private static bool IsBucket(ReadOnlySpan<char> text) =>
        text is [var a, var b, var c, '/', ..] && char.IsAsciiHexDigitLower(a) && char.IsAsciiHexDigitLower(b) && char.IsAsciiHexDigitLower(c);

    private static string TextAt(string text, in LocatedFile file, string physicalPath)
    {
        var prefix = physicalPath[..^file.Path.Length];
        foreach (var holder in file.Route.Holders)
        {
            foreach (var target in holder.Targets)
            {
                if (file.InUse.Volumes[target].RootPath is { Length: > 0 } root)
                {
                    text = text.Replace($"{Path.GetFullPath(root).TrimEnd(Path.DirectorySeparatorChar)}{Path.DirectorySeparatorChar}{prefix}", string.Empty, StringComparison.Ordinal);
                }
            }
        }

        return prefix.Length == 0 ? text : text.Replace(physicalPath, file.Path, StringComparison.Ordinal);
    }

    private static string? PathOf(Exception failure) => failure switch
    {
        FileExistsException e => e.Path,
        PathConflictException e => e.Path,
        StorageFullException e => e.Path,
        ChangeInDoubtException e => e.Path,
        EarlierChangeInDoubtException e => e.Path,
        ContentNotRepeatableException e => e.Path,
        FileChangedException e => e.Path,
        FileNotFoundException e => e.FileName,
        _ => null,
    };
}
