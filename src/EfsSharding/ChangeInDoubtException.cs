namespace EfsSharding;

/// <summary>A change was given up without knowing how it ended, and could neither be repeated nor undone: an append of which some or all bytes may be there, a deletion that may still happen. Look before you repeat it.</summary>
public sealed class ChangeInDoubtException : StoreException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The store path of the file.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">What the server answered, if it did.</param>
    public ChangeInDoubtException(string path, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Path = path;
    }

    /// <summary>The store path of the file.</summary>
    public string Path { get; }
}
