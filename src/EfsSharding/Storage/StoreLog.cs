using Microsoft.Extensions.Logging;

namespace EfsSharding.Storage;

/// <summary>What the store says of single files.</summary>
internal sealed partial class StoreLog(ILogger<StoreLog> logger)
{
    [LoggerMessage(1201, LogLevel.Warning, "'{Path}' was written to {Owner}, but its older copy on {FileSystemId} could not be removed. Readers see the new file; the copy goes when the file is written or deleted again.", EventName = "OlderCopyLeft")]
    private static partial void LogOlderCopyLeft(ILogger logger, Exception exception, string path, string owner, string fileSystemId);

    public void OlderCopyLeft(Exception exception, string path, string owner, string fileSystemId) =>
        LogOlderCopyLeft(logger, exception, path, owner, fileSystemId);
}
