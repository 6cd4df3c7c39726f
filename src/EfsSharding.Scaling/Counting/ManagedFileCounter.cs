using System.IO.Enumeration;
using EfsSharding.Volumes;

namespace EfsSharding.Scaling.Counting;


/// <summary>
/// Counts with the managed enumerator, one directory after the other: for development on systems whose calls are not known here. It cannot tell
/// a pipe, a socket or a device from a file, and a directory whose name is not UTF-8 is an error.
/// </summary>
internal sealed class ManagedFileCounter(TimeProvider timeProvider) : IFileCounter
{
    private const int EntriesBetweenReports = 1024;

    /// <summary>What the runtime makes of bytes that are not UTF-8: such a directory cannot be opened by its name.</summary>
    private const char Replacement = '\uFFFD';

    private static readonly EnumerationOptions EveryEntry = new() { AttributesToSkip = default, IgnoreInaccessible = false, BufferSize = 1 << 16 };

    private enum Kind
    {
        Ignored,
        File,
        Directory,
    }

    public Task<FileCount> CountAsync(FileCountRequest request, CancellationToken cancellationToken = default) =>
        CountRun.RunAsync(request, tally => Walk(request.Directory, tally), timeProvider, cancellationToken);

    private static void Walk(string root, CountTally tally)
    {
        var pending = new Stack<string>([root]);
        while (!tally.IsStopped && pending.TryPop(out var directory))
        {
            try
            {
                Read(directory, pending, tally);
            }
            catch (DirectoryNotFoundException) when (directory != root && !directory.Contains(Replacement, StringComparison.Ordinal))
            {
                // It vanished between being listed and being read.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new DirectoryUnreadableException(directory, e.Message, e);
            }
        }
    }

    private static void Read(string directory, Stack<string> pending, CountTally tally)
    {
        var files = 0;
        var entries = new FileSystemEnumerable<(Kind Kind, string? Path)>(directory, Classify, EveryEntry);
        tally.AddDirectory();
        foreach (var (kind, path) in entries)
        {
            if (kind == Kind.Directory)
            {
                pending.Push(path!);
            }
            else if (kind == Kind.File && ++files == EntriesBetweenReports)
            {
                tally.AddFiles(files);
                files = 0;
            }

            if (tally.IsStopped)
            {
                break;
            }
        }

        tally.AddFiles(files);
    }

    private static (Kind Kind, string? Path) Classify(ref FileSystemEntry entry)
    {
        if (entry.Attributes.HasFlag(System.IO.FileAttributes.ReparsePoint))
        {
            return (Kind.Ignored, null);
        }

        if (entry.IsDirectory)
        {
            return entry.FileName.SequenceEqual(LockPlace.Directory) ? (Kind.Ignored, null) : (Kind.Directory, entry.ToFullPath());
        }

        return (HiddenName.Is(entry.FileName) ? Kind.Ignored : Kind.File, null);
    }
}
