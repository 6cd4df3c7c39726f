namespace EfsSharding;

/// <summary>A file was replaced or changed while it was being read, and the server does not keep what was there before. No content was mixed: open it again.</summary>
public sealed class FileChangedException : StoreException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The store path of the file.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">What the server answered, if it did.</param>
    public FileChangedException(string path, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Path = path;
    }

    /// <summary>The store path of the file.</summary>
    public string Path { get; }
}
