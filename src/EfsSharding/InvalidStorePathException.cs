namespace EfsSharding;

/// <summary>A string is not a store path: empty, absolute, with a <c>.</c>, <c>..</c> or empty segment, too long, or not valid Unicode.</summary>
public sealed class InvalidStorePathException : ArgumentException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The string that was given.</param>
    /// <param name="reason">What is wrong with it, as a clause.</param>
    public InvalidStorePathException(string path, string reason)
        : this(path, reason, "path")
    {
    }

    internal InvalidStorePathException(string path, string reason, string parameterName)
        : base($"'{path}' is not a store path: {reason}.", parameterName)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The string that was given.</summary>
    public string Path { get; }

    /// <summary>What is wrong with it, as a clause.</summary>
    public string Reason { get; }
}
