using EfsSharding.Scaling.Deciding;

namespace EfsSharding.Scaling.Tests.Deciding;

[TestFixture]
internal sealed class ScalingRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void Property2_A_mount_target_is_added_only_above_the_threshold(
        FsCheck.NonNegativeInt files, FsCheck.NonNegativeInt threshold, byte targets, bool isFixed, bool isComplete)
    {
        var rule = new ScalingRule(isFixed ? ThresholdPolicy.Fixed : ThresholdPolicy.PerMountTarget, threshold.Item, null, TimeSpan.Zero);

        var decision = rule.Decide(Facts(files.Item, targets, isComplete));

        var limit = threshold.Item * (isFixed ? 1L : Math.Max(1L, targets));
        Assert.That(decision.Threshold, Is.EqualTo(limit));
        Assert.That(decision.AddsMountTarget, Is.EqualTo(files.Item > limit));
        Assert.That(decision.ThresholdExceeded, Is.EqualTo(files.Item > limit ? true : isComplete ? false : (bool?)null));
    }

    [TestCase(3, 3, ScalingReason.MaximumReached)]
    [TestCase(3, 4, ScalingReason.ThresholdExceeded)]
    [TestCase(3, null, ScalingReason.ThresholdExceeded)]
    public void The_maximum_is_kept(int targets, int? maximum, ScalingReason expected) =>
        Assert.That(
            new ScalingRule(ThresholdPolicy.PerMountTarget, 1, maximum, TimeSpan.Zero).Decide(Facts(1_000, targets)).Reason,
            Is.EqualTo(expected));

    [TestCase(599, ScalingReason.CoolingDown)]
    [TestCase(600, ScalingReason.ThresholdExceeded)]
    public void The_next_comes_when_the_cool_down_is_over(int secondsAgo, ScalingReason expected) =>
        Assert.That(
            new ScalingRule(ThresholdPolicy.Fixed, 1, null, TimeSpan.FromMinutes(10))
                .Decide(Facts(2, 1) with { LastAddition = Now.AddSeconds(-secondsAgo) }).Reason,
            Is.EqualTo(expected));

    [Test]
    public void Nothing_is_added_while_one_is_on_its_way() =>
        Assert.That(
            new ScalingRule(ThresholdPolicy.Fixed, 1, null, TimeSpan.Zero).Decide(Facts(2, 1) with { IsOneCreating = true }).Reason,
            Is.EqualTo(ScalingReason.AdditionInProgress));

    [Test]
    public void The_largest_threshold_does_not_overflow() =>
        Assert.That(
            new ScalingRule(ThresholdPolicy.PerMountTarget, long.MaxValue, null, TimeSpan.Zero).Decide(Facts(5, 400)).Reason,
            Is.EqualTo(ScalingReason.WithinThreshold));

    private static ScalingFacts Facts(long files, int targets, bool isComplete = true) => new()
    {
        Count = new FileCount
        {
            Files = files,
            End = isComplete ? FileCountEnd.Complete : FileCountEnd.TimeLimitReached,
            Directories = 1,
            Elapsed = TimeSpan.Zero,
        },
        MountTargets = targets,
        Now = Now,
    };
}
