using EfsSharding.Access;

namespace EfsSharding.Scaling.Tests.Pipeline;

/// <summary>A counter that says what the test states.</summary>
internal sealed class StatedCount : IFileCounter
{
    public long Files { get; set; }

    public FileCountEnd End { get; set; }

    public bool? IsOnNetwork { get; set; }

    public long MountPoints { get; set; }

    public Exception? Failure { get; set; }

    public FileCountRequest? Request { get; private set; }

    public Task<FileCount> CountAsync(FileCountRequest request, CancellationToken cancellationToken = default)
    {
        Request = request;
        return Failure is { } failure
            ? Task.FromException<FileCount>(failure)
            : Task.FromResult(new FileCount { Files = Files, End = End, Directories = 1, MountPoints = MountPoints, IsOnNetwork = IsOnNetwork, Elapsed = TimeSpan.Zero });
    }
}
