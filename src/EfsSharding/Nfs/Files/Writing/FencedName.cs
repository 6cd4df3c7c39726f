namespace EfsSharding.Nfs.Files.Writing;

/// <summary>What was found when an attempt's own name was taken by a directory.</summary>
/// <param name="Now">The server's time; null when the name was not taken, as it is that of a file, or as there is no directory to be in.</param>
/// <param name="IsFile">Whether a file has the name.</param>
internal readonly record struct FencedName(DateTimeOffset? Now, bool IsFile)
{
    /// <summary>How coarse a file system's times may be, and how far apart the clocks of a file system's mount targets.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    /// <summary>Whether something that changed last at a time of the server's had not changed for as long as that.</summary>
    public bool IsUnchangedFor(TimeSpan elapsed, DateTimeOffset changed) => Now is { } now && changed - DateTimeOffset.MinValue < now - DateTimeOffset.MinValue - elapsed - Slack;
}
