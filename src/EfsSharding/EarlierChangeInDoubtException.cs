namespace EfsSharding;

/// <summary>A change was not begun, because an earlier one of the same file is still held by a mount target that does not answer and could undo it. Retry once the target is back.</summary>
public sealed class EarlierChangeInDoubtException : StoreException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The store path of the file.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">What the server answered, if it did.</param>
    public EarlierChangeInDoubtException(string path, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Path = path;
    }

    /// <summary>The store path of the file.</summary>
    public string Path { get; }
}
