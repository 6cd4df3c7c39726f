namespace EfsSharding.TestSupport.Contract;

/// <summary>What a server may have at a path.</summary>
internal enum NodeKind
{
    Nothing,
    File,
    EmptyDirectory,

    /// <summary>A directory with directories in it and nothing else.</summary>
    DirectoriesOnly,
    DirectoryWithFile,

    /// <summary>A directory with a temporary file deep in it, as of a write under way.</summary>
    DirectoryWithWrite,
    LinkToFile,
    LinkToDirectory,
    LinkToNothing,
    Pipe,
    Socket,
}
