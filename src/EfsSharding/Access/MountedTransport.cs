namespace EfsSharding.Access;

/// <summary>The connections of one NFS mount, as /proc/self/mountstats tells them.</summary>
internal sealed record MountedTransport
{
    public required string MountPoint { get; init; }

    /// <summary>The <c>xprt:</c> lines without that word, one for each connection: protocol, source port, counters.</summary>
    public required IReadOnlyList<string> Connections { get; init; }
}
