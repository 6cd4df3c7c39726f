namespace EfsSharding.Scaling;

/// <summary>
/// Counts the regular files below a directory. Directories, symbolic links (never followed), sockets, pipes and devices are no files,
/// and neither are the temporary files of writes under way (<c>.efs-sharding-…</c>) and what NFS clients keep of files that are deleted and still open
/// (<c>.nfs…</c>). What is mounted below the directory is not entered. A file with several names counts once for each.
/// </summary>
/// <remarks>
/// A tree that changes meanwhile is counted as a walk finds it: a file that is there from start to end is counted once, one that comes or
/// goes meanwhile once or not at all.
/// </remarks>
public interface IFileCounter
{
    /// <summary>Counts.</summary>
    /// <param name="request">What to count, and how far.</param>
    /// <param name="cancellationToken">Gives up at once, even while the file system does not answer.</param>
    /// <returns>The count, and whether it is all there is.</returns>
    /// <exception cref="DirectoryUnreadableException">A directory is there and cannot be read, or the first one is not there; names it.</exception>
    /// <exception cref="TargetUnavailableException">The files are counted over direct NFS, and no mount target of the file system answers.</exception>
    Task<FileCount> CountAsync(FileCountRequest request, CancellationToken cancellationToken = default);
}
