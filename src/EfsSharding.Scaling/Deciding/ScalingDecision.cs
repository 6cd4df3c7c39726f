namespace EfsSharding.Scaling.Deciding;

/// <param name="Reason">Why, and by that what: only <see cref="ScalingReason.ThresholdExceeded"/> adds a mount target.</param>
/// <param name="Threshold">The number that the count was compared with.</param>
/// <param name="ThresholdExceeded">Null when the count is not complete and too low to tell.</param>
/// <param name="Explanation">For people.</param>
internal sealed record ScalingDecision(ScalingReason Reason, long Threshold, bool? ThresholdExceeded, string Explanation)
{
    public bool AddsMountTarget => Reason == ScalingReason.ThresholdExceeded;
}
