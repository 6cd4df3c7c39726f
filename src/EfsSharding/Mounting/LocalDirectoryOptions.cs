namespace EfsSharding;

/// <summary>Ordinary directories that stand for file systems, for development and tests.</summary>
public sealed class LocalDirectoryOptions
{
    /// <summary>The directory that holds one directory for each file system, named by its id. Made when it is missing.</summary>
    /// <value>Null: it must be set.</value>
    public string? Root { get; set; }
}
