namespace EfsSharding;

/// <summary>Ordinary directories in place of file systems, for development and tests. Works on every operating system.</summary>
public sealed class LocalDirectoryOptions
{
    /// <summary>
    /// The directory that holds one directory for each file system, named by its id and made when it is missing. All mount targets of
    /// a file system share it, as on EFS.
    /// </summary>
    /// <value>Null: it must be set.</value>
    public string? Root { get; set; }
}
