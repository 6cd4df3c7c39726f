namespace EfsSharding.Volumes;

/// <summary>A mount target could not be reached. Its message says what failed and what to do.</summary>
internal sealed class MountFailedException(MountTarget target, string problem, Exception? innerException = null)
    : IOException($"Mount target {target.MountTargetId} ({target.IpAddress ?? target.Ipv6Address ?? "no address"}): {problem}", innerException)
{
    public MountTarget Target { get; } = target;

    /// <summary>The kernel of this host mounts nothing for this process: seccomp, a security module, a sandbox, or no NFS client.</summary>
    public bool IsForbidden { get; init; }
}
