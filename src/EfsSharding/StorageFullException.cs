namespace EfsSharding;

/// <summary>The file system is full, or the quota of the user is used up. Delete files, or raise the quota.</summary>
public sealed class StorageFullException : StoreException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The store path of the file.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">What the server answered, if it did.</param>
    public StorageFullException(string path, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Path = path;
    }

    /// <summary>The store path of the file.</summary>
    public string Path { get; }
}
