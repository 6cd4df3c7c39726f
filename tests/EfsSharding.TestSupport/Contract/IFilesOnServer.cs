namespace EfsSharding.TestSupport.Contract;

/// <summary>The same files seen from behind the volume: what a server, or another client of it, would do to them.</summary>
internal interface IFilesOnServer : IAsyncDisposable
{
    /// <summary>Makes or replaces a file, and its directories.</summary>
    void Write(string path, ReadOnlySpan<byte> content);

    /// <returns>Null when there is no file of that path.</returns>
    byte[]? Read(string path);

    /// <summary>Makes a file or directory look as if it had last been written so long ago.</summary>
    void Age(string path, TimeSpan age);

    /// <summary>Makes a second name for a file, as link(2) does.</summary>
    /// <returns>False where there are no hard links.</returns>
    bool TryLink(string existing, string path);

    /// <summary>Makes a symbolic link that says <paramref name="target"/>.</summary>
    /// <returns>False where there are none, or this process may not make them.</returns>
    bool TryMakeSymbolicLink(string path, string target);

    /// <summary>Removes a directory if it is empty at that moment.</summary>
    void RemoveEmptyDirectory(string path);

    /// <summary>Sets when a file was last written, in seconds since 1970.</summary>
    /// <returns>False where such a time cannot be kept.</returns>
    bool TrySetModified(string path, long seconds);

    /// <summary>Makes a directory and those above it.</summary>
    void MakeDirectory(string path);

    /// <summary>Makes a pipe or a socket.</summary>
    /// <returns>False where there are none.</returns>
    bool TryMakeNode(string path, bool isPipe);

    /// <summary>Makes an empty file, or a directory, whose name is any bytes.</summary>
    /// <returns>False where a name must be text.</returns>
    bool TryWriteNamed(string directory, ReadOnlySpan<byte> name, bool isDirectory);

    /// <summary>All names in a directory, temporary ones too. The root is the empty string; a directory that is missing has none.</summary>
    IReadOnlyList<string> Names(string directory);
}
