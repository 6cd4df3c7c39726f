using EfsSharding.LocalAws;
using EfsSharding.Scaling.Tests.Pipeline;

namespace EfsSharding.Scaling.Tests.Publishing;

/// <summary>SSM has no compare-and-swap: a publisher can write over what somebody else has just written, and end before it sees it.</summary>
[TestFixture]
internal sealed class LostChangeTests
{
    private const int Weight = 50;

    private ScalingAccount _account = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _account = await ScalingAccount.StartAsync();
        await _account.RunAsync(0);
        _account.Aws.State.AddMountTarget(_account.FileSystemId, _account.Aws.State.Subnets[1].SubnetId);
        var weighted = _account.Aws.State.Parameter(ScalingAccount.Parameter)!.Value.Replace("\"weight\":1", $"\"weight\":{Weight}", StringComparison.Ordinal);
        _account.BeforeNextWrite = () => _account.Aws.State.PutParameter(ScalingAccount.Parameter, weighted);
    }

    [TearDown]
    public async Task StopAsync() => await _account.DisposeAsync();

    private bool IsWeightThere => _account.PublishedMap!.MountTargets[0].Weight == Weight || _account.PublishedMap.MountTargets.Any(target => target.Weight == Weight);

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public async Task It_is_kept_though_what_answers_lags_behind(int reads)
    {
        _account.Aws.State.HideVersion(ScalingAccount.Parameter, 3, reads);

        var report = await _account.RunAsync(0);

        Assert.That((report.Error, IsWeightThere), Is.EqualTo(((string?)null, true)));
        Assert.That(_account.PublishedMap!.MountTargets, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task It_is_kept_by_a_later_run_when_SSM_does_not_show_it_at_all_for_now()
    {
        _account.Aws.State.HideVersion(ScalingAccount.Parameter, 3, 6);

        var failed = await _account.RunAsync(0);
        Assert.That(failed.Error, Does.StartWith("publish: ").And.Contain("version 3"));

        Assert.That((await _account.RunAsync(0)).Error, Is.Null);
        Assert.That(IsWeightThere);
    }

    [Test]
    public async Task It_is_kept_by_the_next_run_when_the_publisher_ends_right_after_its_write([Values] FaultTiming timing)
    {
        // The read after the write never comes, or the answer to the write does not.
        _account.Aws.Faults.Add(timing == FaultTiming.Before
            ? new InjectedFault { Operation = "GetParameter", Nth = 3, Times = 100, Kind = FaultKind.Cut }
            : new InjectedFault { Operation = "PutParameter", Times = 100, Kind = FaultKind.Error, Timing = timing });
        Assert.That((await _account.RunAsync(0)).Error, Is.Not.Null);
        Assert.That(IsWeightThere, Is.False, "it was written over");
        _account.Aws.Faults.Clear();

        Assert.That((await _account.RunAsync(0)).Error, Is.Null);

        Assert.That(IsWeightThere);
        Assert.That(_account.PublishedMap!.MountTargets, Has.Count.EqualTo(2));
    }

    [TestCase(-3600)]
    [TestCase(-301)]
    [TestCase(600)]
    [TestCase(86_400)]
    public async Task It_is_kept_whatever_the_clock_of_the_publisher_says(int secondsAhead)
    {
        _account.ClockAhead = TimeSpan.FromSeconds(secondsAhead);

        Assert.That((await _account.RunAsync(0)).Error, Is.Null);

        Assert.That(IsWeightThere);
        Assert.That(_account.PublishedMap!.MountTargets, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_document_that_somebody_puts_back_is_told_by_the_clock_of_SSM_alone()
    {
        _account.BeforeNextWrite = null;
        _account.ClockAhead = TimeSpan.FromHours(1);
        await _account.RunAsync(0);
        var good = _account.Aws.State.Parameter(ScalingAccount.Parameter)!.Value;
        _account.Aws.State.PutParameter(ScalingAccount.Parameter, good.Replace("\"weight\":1", $"\"weight\":{Weight}", StringComparison.Ordinal));
        _account.Clock.Advance(TimeSpan.FromHours(1));
        _account.Aws.State.PutParameter(ScalingAccount.Parameter, good);

        Assert.That((await _account.RunAsync(0)).Error, Is.Null);

        Assert.That(IsWeightThere, Is.False, "it was taken back on purpose");
    }

    [Test]
    public async Task A_document_that_somebody_puts_back_is_not_taken_for_one_that_covers()
    {
        _account.BeforeNextWrite = null;
        await _account.RunAsync(0);
        var good = _account.Aws.State.Parameter(ScalingAccount.Parameter)!.Value;
        _account.Aws.State.PutParameter(ScalingAccount.Parameter, good.Replace("\"weight\":1", $"\"weight\":{Weight}", StringComparison.Ordinal));
        _account.Clock.Advance(TimeSpan.FromHours(1));
        _account.Aws.State.PutParameter(ScalingAccount.Parameter, good);

        Assert.That((await _account.RunAsync(0)).Error, Is.Null);

        Assert.That(IsWeightThere, Is.False, "it was taken back on purpose");
    }

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public void Changes_of_any_two_members_by_two_writers_are_both_kept(byte ours, byte theirs)
    {
        var members = new[] { "a", "b", "c", "d" };
        var common = Document("0", "0", "0", "0");
        var (one, other) = (members[ours % 4], members[theirs % 4]);
        var earlier = (System.Text.Json.Nodes.JsonObject)common.DeepClone();
        earlier["mount_targets"]![ours % 2]![one] = "1";
        var later = (System.Text.Json.Nodes.JsonObject)common.DeepClone();
        later["mount_targets"]![theirs % 2]![other] = "2";

        var merged = Scaling.Publishing.JsonMerge.Merge(common, earlier, later)!;

        Assert.That(merged["mount_targets"]![theirs % 2]![other]!.GetValue<string>(), Is.EqualTo("2"), "the later one counts");
        if ((ours % 2, one) != (theirs % 2, other))
        {
            Assert.That(merged["mount_targets"]![ours % 2]![one]!.GetValue<string>(), Is.EqualTo("1"));
        }

        static System.Text.Json.Nodes.JsonObject Document(params string[] values) => new()
        {
            ["mount_targets"] = new System.Text.Json.Nodes.JsonArray(Target("fsmt-1", values), Target("fsmt-2", values)),
        };

        static System.Text.Json.Nodes.JsonObject Target(string id, string[] values) => new()
        {
            ["mount_target_id"] = id, ["a"] = values[0], ["b"] = values[1], ["c"] = values[2], ["d"] = values[3],
        };
    }
}
