namespace EfsSharding;

/// <summary>
/// Files spread over the mount targets and file systems of a shard map. A <em>store path</em> names a file: relative,
/// <c>/</c>-separated, at most 4,096 UTF-8 bytes with segments of at most 255; it is compared byte for byte and never
/// normalised. All members may be called from any number of threads.
/// </summary>
/// <remarks>
/// Every member that takes a path throws <see cref="InvalidStorePathException"/> when the path is not a store path, and
/// every member that touches files throws <see cref="TargetUnavailableException"/> when no mount target of the path's file
/// system answers. A store never falls back to another file system.
/// </remarks>
public interface IShardedFileStore
{
    /// <summary>Says where a path belongs, without touching any file. The answer depends on the shard map alone, not on which targets are up.</summary>
    /// <param name="path">A store path.</param>
    /// <returns>The bucket, the file system and mount target of first choice, and the physical path where there is one.</returns>
    FileLocation Locate(string path);

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">A store path.</param>
    /// <param name="cancellationToken">Stops waiting for the file.</param>
    /// <returns>A seekable stream, which the caller disposes.</returns>
    /// <exception cref="FileNotFoundException">There is no file of that path.</exception>
    Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Writes a file from a stream. When the task completes the bytes are on the server.</summary>
    /// <param name="path">A store path; missing parent directories are made.</param>
    /// <param name="content">Read from its current position to its end. A seekable stream can be sent again when a target fails midway.</param>
    /// <param name="mode">What happens when the file exists; see <see cref="FileWriteMode"/>.</param>
    /// <param name="cancellationToken">
    /// Stops the write. A cancelled <see cref="FileWriteMode.Replace"/> or <see cref="FileWriteMode.CreateNew"/> leaves the old file or the whole new one.
    /// </param>
    /// <exception cref="FileExistsException">The mode is <see cref="FileWriteMode.CreateNew"/> and the file exists.</exception>
    Task WriteAsync(string path, Stream content, FileWriteMode mode = FileWriteMode.Replace, CancellationToken cancellationToken = default);

    /// <summary>Replaces a file if it is still of the version that the caller saw. Of any number of callers with one version, on any machines, one succeeds.</summary>
    /// <param name="path">A store path.</param>
    /// <param name="content">Read from its current position to its end. A seekable stream can be sent again when a target fails midway.</param>
    /// <param name="version">What <see cref="StoredFileInfo.Version"/> was.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <remarks>
    /// It excludes other conditional changes and appends, which hold the path's lock. A plain replace or delete takes no lock: over direct NFS the server compares
    /// and renames in one request, over a directory there is a moment between the two.
    /// </remarks>
    /// <exception cref="VersionMismatchException">The file is of another version, or there is none. Nothing was changed.</exception>
    /// <exception cref="StoreBusyException">Another client held the path's lock for longer than <see cref="EfsShardingOptions.OperationTimeout"/>. Nothing was changed.</exception>
    /// <exception cref="ChangeInDoubtException">The answer was lost: it may be replaced or not.</exception>
    /// <exception cref="ArgumentException"><paramref name="version"/> is no version that a store gave.</exception>
    Task ReplaceIfUnchangedAsync(string path, Stream content, string version, CancellationToken cancellationToken = default);

    /// <summary>Deletes a file if it is still of the version that the caller saw.</summary>
    /// <param name="path">A store path.</param>
    /// <param name="version">What <see cref="StoredFileInfo.Version"/> was.</param>
    /// <param name="cancellationToken">Stops the deletion.</param>
    /// <remarks>What it excludes is what <see cref="ReplaceIfUnchangedAsync"/> does.</remarks>
    /// <exception cref="VersionMismatchException">The file is of another version, or there is none. Nothing was changed.</exception>
    /// <exception cref="StoreBusyException">Another client held the path's lock for longer than <see cref="EfsShardingOptions.OperationTimeout"/>. Nothing was changed.</exception>
    /// <exception cref="ChangeInDoubtException">The answer was lost: it may be deleted or not.</exception>
    /// <exception cref="ArgumentException"><paramref name="version"/> is no version that a store gave.</exception>
    Task DeleteIfUnchangedAsync(string path, string version, CancellationToken cancellationToken = default);

    /// <summary>Reads a file's length, time of last modification and version.</summary>
    /// <param name="path">A store path.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>The information, or null when there is no file of that path.</returns>
    Task<StoredFileInfo?> GetInfoAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Deletes a file.</summary>
    /// <param name="path">A store path.</param>
    /// <param name="cancellationToken">Stops waiting for the answer; the file may then be deleted or not.</param>
    /// <returns>True when a file was deleted, false when there was none.</returns>
    Task<bool> DeleteAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Lists the files in a directory and below it, over all file systems, while they are being read and in no order.</summary>
    /// <param name="directory">A store path, or the empty string for all files. A directory that does not exist has no files.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>
    /// Store paths, each once, of the regular files that a reader would find. A file that is there from the start to the end of the listing is among them.
    /// Left out without a word are names that no store path may have (temporary files of writes in progress, and <c>.nfs</c> files that NFS clients keep for
    /// open files that were deleted), symbolic links, pipes, sockets and devices.
    /// Left out, logged once for each directory (events 1220 to 1223) and counted by the metric <c>efs_sharding.listing.left_out</c>, are directories below
    /// <paramref name="directory"/> that may not be read, names that are not UTF-8, paths that are longer than a store path may be (and directories that
    /// are too deep), and files where no reader looks for them.
    /// </returns>
    /// <exception cref="UnauthorizedAccessException"><paramref name="directory"/> itself may not be read, or not all that is in it: thrown after what may be read.</exception>
    IAsyncEnumerable<string> EnumerateAsync(string directory = "", CancellationToken cancellationToken = default);
}
