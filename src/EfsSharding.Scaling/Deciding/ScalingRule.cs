using System.Globalization;

namespace EfsSharding.Scaling.Deciding;

/// <summary>Decides from facts alone whether one more mount target is wanted.</summary>
internal sealed class ScalingRule(ThresholdPolicy policy, long threshold, int? maxMountTargets, TimeSpan coolDown)
{
    public static ScalingRule Of(EfsScalingOptions options) =>
        new(options.Policy, options.FileCountThreshold, options.MaxMountTargets, options.CoolDown);

    /// <summary>The number of files above which so many mount targets are too few.</summary>
    public long ThresholdFor(int mountTargets) => policy switch
    {
        ThresholdPolicy.Fixed => threshold,
        _ => (long)Int128.Min((Int128)threshold * Math.Max(1, mountTargets), long.MaxValue - 1),
    };

    public ScalingDecision Decide(ScalingFacts facts)
    {
        var limit = ThresholdFor(facts.MountTargets);
        var files = facts.Count.Files;
        var counted = string.Create(
            CultureInfo.InvariantCulture,
            $"{(facts.Count.IsComplete ? "" : "at least ")}{files} files and {facts.MountTargets} mount target(s), threshold {limit}");
        if (files <= limit)
        {
            return facts.Count.IsComplete
                ? new(ScalingReason.WithinThreshold, limit, ThresholdExceeded: false, $"{counted}: nothing to add.")
                : new(ScalingReason.CountIncomplete, limit, ThresholdExceeded: null, $"{counted}, but counting ended early ({facts.Count.End}): nothing is added.");
        }

        if (facts.IsOneCreating)
        {
            return Exceeded(ScalingReason.AdditionInProgress, "a mount target is on its way already.");
        }

        if (facts.MountTargets >= maxMountTargets)
        {
            return Exceeded(ScalingReason.MaximumReached, $"no more than {maxMountTargets} are allowed.");
        }

        // One that lies further ahead than the cool-down is a mistake, which must not keep everything from growing for years.
        return facts.LastAddition is { } last && (facts.Now - last).Duration() < coolDown
            ? Exceeded(ScalingReason.CoolingDown, $"the last one was added at {last:O}, the next may come {coolDown} later.")
            : Exceeded(ScalingReason.ThresholdExceeded, "one more is added.");

        ScalingDecision Exceeded(ScalingReason reason, string consequence) => new(reason, limit, ThresholdExceeded: true, $"{counted}: {consequence}");
    }
}
