namespace EfsSharding;

/// <summary>A <see cref="FileWriteMode.CreateNew"/> found the file there already.</summary>
public sealed class FileExistsException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The store path that exists.</param>
    public FileExistsException(string path)
        : base($"The file '{path}' exists already. Use FileWriteMode.Replace to overwrite it.")
    {
        Path = path;
    }

    /// <summary>The store path that exists.</summary>
    public string Path { get; }
}
