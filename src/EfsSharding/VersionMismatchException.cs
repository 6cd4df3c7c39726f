namespace EfsSharding;

/// <summary>A change was asked for on the condition that a file is still of a certain version, and it is not. Nothing was changed.</summary>
public sealed class VersionMismatchException : StoreException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The store path.</param>
    /// <param name="presentVersion">The version that is there now, or null when there is no file.</param>
    /// <param name="innerException">What the file system answered, if it did.</param>
    public VersionMismatchException(string path, string? presentVersion, Exception? innerException = null)
        : base(
            presentVersion is null
                ? $"There is no file '{path}' any more, so it was not changed. Read what is there and decide again."
                : $"'{path}' was changed by somebody else, so it was not changed. Read it and decide again.",
            innerException)
    {
        Path = path;
        PresentVersion = presentVersion;
    }

    /// <summary>The store path.</summary>
    public string Path { get; }

    /// <summary>The version that is there now, as <see cref="StoredFileInfo.Version"/> has it; null when there is no file.</summary>
    public string? PresentVersion { get; }
}
