using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Storage.Listing;

/// <summary>What a listing says of things that it cannot list, once for each directory.</summary>
internal sealed partial class ListingLog(ILogger<ListingLog> logger)
{
    public void Unreadable(Exception exception, string directory, string fileSystemId) => LogUnreadable(logger, exception, directory, fileSystemId);

    public void TooLong(int count, string example, string directory, string fileSystemId) =>
        LogTooLong(logger, count, directory, fileSystemId, example, StorePath.MaxBytes, StorePath.MaxSegmentBytes);

    public void NotUtf8(int count, string example, string directory, string fileSystemId) =>
        LogNotUtf8(logger, count, directory, fileSystemId, NotUtf8Name.ToDisplay(example));

    public void Misplaced(int count, string example, string directory, string fileSystemId) => LogMisplaced(logger, count, directory, fileSystemId, example);

    [LoggerMessage(1220, LogLevel.Warning, "The directory '{Directory}' of {FileSystemId} was left out of a listing, with all that is in it: it may not be read. Check its owner and mode, and the access point's user.", EventName = "DirectoryNotListed")]
    private static partial void LogUnreadable(ILogger logger, Exception exception, string directory, string fileSystemId);

    [LoggerMessage(1221, LogLevel.Warning, "{Count} entries of the directory '{Directory}' of {FileSystemId} were left out of a listing, with all that is in them, for example '{Example}': a store path has at most {MaxBytes} bytes, and a segment {MaxSegmentBytes}.", EventName = "TooLongNotListed")]
    private static partial void LogTooLong(ILogger logger, int count, string directory, string fileSystemId, string example, int maxBytes, int maxSegmentBytes);

    [LoggerMessage(1222, LogLevel.Warning, "{Count} entries of the directory '{Directory}' of {FileSystemId} were left out of a listing, with all that is in them, for example '{Example}': their names are not UTF-8, which store paths are. Rename them.", EventName = "NotUtf8NotListed")]
    private static partial void LogNotUtf8(ILogger logger, int count, string directory, string fileSystemId, string example);

    [LoggerMessage(1223, LogLevel.Warning, "{Count} files in the directory '{Directory}' of {FileSystemId} were left out of a listing, for example '{Example}': no reader looks for them there, as their paths belong to another bucket or file system. Write them through the store.", EventName = "MisplacedNotListed")]
    private static partial void LogMisplaced(ILogger logger, int count, string directory, string fileSystemId, string example);
}
