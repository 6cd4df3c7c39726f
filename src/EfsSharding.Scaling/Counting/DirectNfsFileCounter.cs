using EfsSharding.Nfs;
using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Counting.Nfs;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Counting;

/// <summary>Counts over NFS without a mount, through a mount target of the file system that is being scaled.</summary>
/// <param name="fileSystemId">The file system, <c>fs-…</c>.</param>
/// <param name="directoriesInFlight">How many directories are read at once; null for <see cref="DefaultDirectoriesInFlight"/>.</param>
/// <param name="efs">Tells the mount targets.</param>
/// <param name="mounter">Connects with them.</param>
/// <param name="timeProvider">The clock of time limits.</param>
/// <param name="logger">Gets which mount target is used and which do not answer.</param>
internal sealed class DirectNfsFileCounter(
    string fileSystemId, int? directoriesInFlight, IElasticFileSystem efs, DirectNfsMounter mounter, TimeProvider timeProvider, ILogger<DirectNfsFileCounter> logger) : IFileCounter
{
    /// <summary>The slots of one session.</summary>
    public const int DefaultDirectoriesInFlight = 64;

    public Task<FileCount> CountAsync(FileCountRequest request, CancellationToken cancellationToken = default) =>
        CountRun.RunAsync(request, tally => WalkAsync(request.Directory, tally), timeProvider, cancellationToken);

    private async Task WalkAsync(string directory, CountTally tally)
    {
        var root = PathOnVolume(directory);
        tally.IsOnNetwork = true;
        var targets = new CountingTargets(fileSystemId, efs, mounter, logger);
        await using (targets.ConfigureAwait(false))
        {
            using var stopping = new CancellationTokenSource();
            var walk = new NfsTreeWalk(targets, directory, root, directoriesInFlight ?? DefaultDirectoriesInFlight, tally);
            var walking = walk.RunAsync(stopping.Token);
            await Task.WhenAny(walking, tally.Stopped).ConfigureAwait(false);
            await stopping.CancelAsync().ConfigureAwait(false);
            await walking.ConfigureAwait(false);
        }
    }

    private static string PathOnVolume(string directory)
    {
        var segments = directory.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments.Any(segment => segment is "." or ".." || segment.Contains('\0'))
            ? throw new DirectoryUnreadableException(directory, "it must be a directory on the file system, such as /data, without '.' and '..'.")
            : string.Join('/', segments);
    }
}
