using EfsSharding.Scaling.Counting.Linux;

namespace EfsSharding.Scaling.Counting;

/// <summary>Counts by getdents64(2) alone, with several directories in flight.</summary>
/// <param name="directoriesInFlight">How many threads read directories; null to decide by the file system that the directory is on.</param>
/// <param name="timeProvider">The clock of time limits.</param>
internal sealed class LinuxFileCounter(int? directoriesInFlight, TimeProvider timeProvider) : IFileCounter
{
    public Task<FileCount> CountAsync(FileCountRequest request, CancellationToken cancellationToken = default) =>
        CountRun.RunAsync(request, tally => new TreeWalk(request.Directory, directoriesInFlight, tally).Run(), timeProvider, cancellationToken);
}
