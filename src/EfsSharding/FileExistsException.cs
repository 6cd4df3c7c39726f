namespace EfsSharding;

/// <summary>A <see cref="FileWriteMode.CreateNew"/> found the file there already.</summary>
public sealed class FileExistsException : StoreException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The store path that exists.</param>
    /// <param name="innerException">What the file system said, if it said more.</param>
    public FileExistsException(string path, Exception? innerException = null)
        : base($"The file '{path}' exists already. Use FileWriteMode.Replace to overwrite it.", innerException)
    {
        Path = path;
    }

    /// <summary>The store path that exists.</summary>
    public string Path { get; }
}
