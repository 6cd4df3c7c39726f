namespace EfsSharding;

/// <summary>A write failed midway, and its content is a stream that cannot be read again for the next mount target. Nothing was changed: send it once more.</summary>
public sealed class ContentNotRepeatableException : StoreException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The store path of the file.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">What the server answered, if it did.</param>
    public ContentNotRepeatableException(string path, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Path = path;
    }

    /// <summary>The store path of the file.</summary>
    public string Path { get; }
}
