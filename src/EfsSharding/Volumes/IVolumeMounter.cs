namespace EfsSharding.Volumes;

/// <summary>Makes volumes of mount targets, in one way of reaching them.</summary>
internal interface IVolumeMounter
{
    /// <summary>The way, for logs and metrics: <c>kernel</c>, <c>premounted</c>, <c>local</c> or <c>direct</c>.</summary>
    string Access { get; }

    /// <summary>The directory of the server, or whatever else stands for it, that volumes have for their root; empty for the root itself.</summary>
    string ServerRoot => "";

    /// <summary>
    /// Reaches a target. May be called again after a failure, and at once for several targets. A target that is mounted already,
    /// by an earlier life of the process or by hand, is used as it is.
    /// </summary>
    /// <param name="target">The target to reach.</param>
    /// <param name="cancellationToken">Gives up; nothing half-made stays behind.</param>
    /// <exception cref="MountFailedException">The target cannot be reached, with what to do about it.</exception>
    Task<IVolume> MountAsync(MountTarget target, CancellationToken cancellationToken);

    /// <summary>Disposes a volume whose target has left the shard map and undoes what <see cref="MountAsync"/> did. No operation is under way on it.</summary>
    /// <param name="target">The instance that <see cref="MountAsync"/> had: an equal one may have been reached since, for a later map.</param>
    /// <param name="volume">What <see cref="MountAsync"/> gave.</param>
    /// <param name="cancellationToken">Gives up; what is still mounted stays.</param>
    Task UnmountAsync(MountTarget target, IVolume volume, CancellationToken cancellationToken);
}
