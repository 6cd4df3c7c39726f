using EfsSharding.Nfs;

namespace EfsSharding.Scaling.Counting.Nfs;

/// <summary>Where a walk reads. Safe for concurrent use.</summary>
internal interface ICountingTargets
{
    /// <summary>The volume to read through.</summary>
    /// <exception cref="TargetUnavailableException">There is none, or none that answers.</exception>
    ValueTask<DirectNfsVolume> GetAsync(CancellationToken cancellationToken);

    /// <summary>Says that a volume failed. All that read through it go on to the next one.</summary>
    ValueTask AbandonAsync(DirectNfsVolume volume, Exception fault);
}
