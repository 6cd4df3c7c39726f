using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Provisioning;

/// <summary>Waits until no mount target is on its way any more.</summary>
internal sealed class MountTargetWait(IElasticFileSystem efs, EfsScalingOptions options, TimeProvider timeProvider, ILogger<MountTargetWait> logger)
{
    // The rhythm of Terraform's AWS provider (efs/mount_target.go).
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NextDelays = TimeSpan.FromSeconds(3);

    /// <param name="expected">A mount target that was just made and may not be listed yet; null when there is none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>All mount targets.</returns>
    /// <exception cref="ScalingException">It takes too long, or the new mount target broke.</exception>
    public async Task<IReadOnlyList<MountTargetDescription>> UntilAvailableAsync(string? expected, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        for (var delay = FirstDelay; ; delay = NextDelays)
        {
            await Task.Delay(delay, timeProvider, cancellationToken).ConfigureAwait(false);
            var targets = await efs.DescribeMountTargetsAsync(options.FileSystemId, cancellationToken).ConfigureAwait(false);
            if (targets.FirstOrDefault(target => target.MountTargetId == expected) is { } made && !made.IsThereOrComing())
            {
                throw new ScalingException(
                    $"The new mount target {expected} is '{made.LifeCycleState}'. Delete it; the next run makes another one.");
            }

            var waited = timeProvider.GetElapsedTime(started);
            if (IsSettled(targets, expected))
            {
                logger.MountTargetsAvailable(options.FileSystemId, waited.TotalSeconds);
                return targets;
            }

            if (waited >= options.MountTargetTimeout)
            {
                throw new ScalingException(
                    $"A mount target of {options.FileSystemId}{(expected is null ? "" : $", {expected},")} is not available after {waited.TotalSeconds:0} s. "
                    + "A later run goes on waiting and publishes it; MountTargetTimeout sets how long each waits.");
            }
        }
    }

    private static bool IsSettled(IReadOnlyList<MountTargetDescription> targets, string? expected) =>
        !targets.Any(target => target.IsCreating())
        && (expected is null || targets.Any(target => target.MountTargetId == expected));
}
