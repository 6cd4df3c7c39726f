using EfsSharding.Access;

namespace EfsSharding.Scaling;

/// <summary>How many regular files there are, or at least how many.</summary>
public sealed record FileCount
{
    /// <summary>The files that were counted. When the count is not complete there are at least so many.</summary>
    public required long Files { get; init; }

    /// <summary>Why counting ended.</summary>
    public required FileCountEnd End { get; init; }

    /// <summary>The directories that were read, at least in part.</summary>
    public required long Directories { get; init; }

    /// <summary>The directories that another file system is mounted on, or the same one again. They are not entered, and none of their files counts.</summary>
    public long MountPoints { get; init; }

    /// <summary>Whether the directory lies on a file system that is reached over the network, as a mounted EFS is.</summary>
    /// <value>Null: it is not known.</value>
    public bool? IsOnNetwork { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Whether every directory was read to its end.</summary>
    public bool IsComplete => End == FileCountEnd.Complete;
}
