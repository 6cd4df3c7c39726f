namespace EfsSharding;

/// <summary>An operation on a store failed in a way that the store knows; the type says how, and <see cref="MayHaveTakenEffect"/> whether it may be repeated blindly.</summary>
public abstract class StoreException : IOException
{
    private protected StoreException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Whether the operation may have changed the file, or may yet do so. False: it certainly did nothing and will do nothing, so that
    /// it can be repeated. A read is always false.
    /// </summary>
    /// <value>False unless the exception says otherwise.</value>
    public bool MayHaveTakenEffect { get; init; }
}
