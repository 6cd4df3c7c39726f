using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Volumes.Directories;

/// <summary>
/// Files beneath one opened directory, with blocking calls. Nothing outside it is reachable: symbolic links are refused, and paths
/// are valid store paths with the layout applied. All members may be called from any number of threads.
/// </summary>
internal interface IRootDirectory : IDisposable
{
    /// <summary>The opened directory, where there is a descriptor of it.</summary>
    SafeFileHandle? Handle { get; }

    /// <exception cref="FileNotFoundException">There is no regular file of that path.</exception>
    byte[] ReadAllBytes(string path);

    /// <exception cref="FileNotFoundException">There is no regular file of that path.</exception>
    OpenedFile OpenRead(string path);

    /// <summary>Starts an attempt at a write.</summary>
    /// <param name="path">The destination.</param>
    /// <param name="write">The write.</param>
    /// <param name="attempt">Which of its attempts. A call that hung may come here when the write has gone on to its next one.</param>
    /// <exception cref="FileNotFoundException">It is an append, and there is no file.</exception>
    IStagedFile Stage(string path, PendingWrite write, WriteAttempt attempt);

    /// <returns>Null when there is no regular file of that path.</returns>
    FileAttributes? GetAttributes(string path);

    /// <returns>False when there was no file of that path.</returns>
    bool Delete(string path, DeleteAttempt attempt);

    /// <summary>See <see cref="IVolume.FenceAsync"/>.</summary>
    FenceResult Fence(string path, ChangeAttempt attempt);

    /// <summary>Removes what <see cref="Fence"/> put in an attempt's way, which has come to its end.</summary>
    void Unfence(string path, ChangeAttempt attempt);

    /// <summary>Removes a directory if it is empty at that moment.</summary>
    /// <returns>Whether it is gone.</returns>
    bool RemoveEmptyDirectory(string directory);

    /// <summary>The entries of one directory, without hidden names; sweeps temporary files that nobody will finish.</summary>
    /// <param name="directory">The root is the empty string.</param>
    /// <param name="sightings">Tells the temporary files that are deleted.</param>
    /// <exception cref="DirectoryNotFoundException">There is no directory of that path.</exception>
    IEnumerable<IReadOnlyList<DirectoryEntry>> List(string directory, TemporarySightings sightings);

    /// <summary>Makes the server answer.</summary>
    void Probe();
}
