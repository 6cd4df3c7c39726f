namespace EfsSharding;

/// <summary>No mount target of a file system answers. Nothing was written to another file system. Retry later.</summary>
public sealed class TargetUnavailableException : StoreException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="fileSystemId">The file system that could not be reached, <c>fs-…</c>.</param>
    /// <param name="message">What was tried and what to do.</param>
    /// <param name="innerException">What the last mount target answered, if any was tried.</param>
    public TargetUnavailableException(string fileSystemId, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        FileSystemId = fileSystemId;
    }

    /// <summary>The file system that could not be reached, <c>fs-…</c>.</summary>
    public string FileSystemId { get; }
}
