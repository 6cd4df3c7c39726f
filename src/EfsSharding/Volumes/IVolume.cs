namespace EfsSharding.Volumes;

/// <summary>
/// One reachable mount target: opens, writes, lists and deletes. Paths are physical: validated, relative to the file system's
/// root, with the layout already applied. Disposing closes it and leaves files and mounts as they are.
/// </summary>
/// <remarks>
/// A failure of the target, as opposed to an answer about a file, is a <see cref="TargetFaultException"/>; the store then tries
/// the next-ranked target. Every call ends when it has made no progress for the volume's operation timeout, and waits for its turn for as long as there is progress.
/// Too much at once is a <see cref="StoreBusyException"/> and no fault of the target.
/// </remarks>
internal interface IVolume : IAsyncDisposable
{
    /// <summary>Where this machine shows the root of the file system, or null when there is no such place.</summary>
    string? RootPath { get; }

    /// <summary>What volumes have in common that are one mount, so that one hangs when the other does; null when it is known to share nothing.</summary>
    object? Mount => null;

    /// <exception cref="FileNotFoundException">There is no file of that path.</exception>
    Task<byte[]> ReadAllBytesAsync(string path, CancellationToken cancellationToken);

    /// <returns>A seekable stream.</returns>
    /// <exception cref="FileNotFoundException">There is no file of that path.</exception>
    Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Writes once, by the write's current attempt.</summary>
    /// <exception cref="FileExistsException">The mode is <see cref="FileWriteMode.CreateNew"/> and somebody else's file is there.</exception>
    /// <exception cref="FileNotFoundException">The mode is <see cref="FileWriteMode.Append"/> and there is no file.</exception>
    /// <exception cref="VersionMismatchException">The write expects another version.</exception>
    /// <exception cref="StoreBusyException">It needs the path's lock, which another client held for too long.</exception>
    /// <exception cref="PartialAppendException">An append failed, and some of its bytes could not be taken back.</exception>
    Task WriteAsync(string path, PendingWrite write, CancellationToken cancellationToken);

    /// <returns>Length, time and version, or null when there is no file of that path.</returns>
    Task<FileAttributes?> GetAttributesAsync(string path, CancellationToken cancellationToken);

    /// <returns>False when there was no file of that path.</returns>
    /// <exception cref="VersionMismatchException">The attempt expects another version.</exception>
    Task<bool> DeleteAsync(string path, DeleteAttempt attempt, CancellationToken cancellationToken);

    /// <summary>Makes sure that an attempt which was given up on another target of the file system can take no effect any more.</summary>
    /// <param name="path">The path of the attempt's change.</param>
    /// <param name="attempt">What was given up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it had taken effect.</returns>
    Task<FenceResult> FenceAsync(string path, ChangeAttempt attempt, CancellationToken cancellationToken);

    /// <summary>
    /// Lists one directory, not what is below it. The root is the empty string. Hidden names (<see cref="HiddenName"/>) are left out;
    /// a name that is not UTF-8 is an entry of the kind <see cref="DirectoryEntryKind.NotUtf8"/>, so that nothing is there unsaid.
    /// A name may come twice, when the server forgets where a reading was and it starts again; a caller that must not take it twice remembers it.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no directory of that path.</exception>
    IAsyncEnumerable<DirectoryEntry> ListAsync(string directory, CancellationToken cancellationToken);

    /// <summary>Asks the server for something that no cache can answer; returns when it did.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);
}
