namespace EfsSharding;

/// <summary>A path cannot be a file: a directory has its name, or a part of its directory is a file.</summary>
public sealed class PathConflictException : StoreException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The store path of the file.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">What the server answered, if it did.</param>
    public PathConflictException(string path, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Path = path;
    }

    /// <summary>The store path of the file.</summary>
    public string Path { get; }
}
