namespace EfsSharding;

/// <summary>
/// Too much is asked for at once: the process or the machine has too many open files. Nothing was begun and the mount target is not at fault. Retry
/// with less at once.
/// </summary>
public sealed class StoreBusyException : StoreException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What there is too much of, and what to do.</param>
    /// <param name="innerException">What the system answered, if it did.</param>
    public StoreBusyException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
