namespace EfsSharding.Scaling.Tests.Pipeline;

/// <summary>A plan says of each step what the run that follows it does.</summary>
[TestFixture]
internal sealed class ScalingPlanTests
{
    private static readonly TimeSpan LongerThanTheCoolDown = TimeSpan.FromHours(1);

    private ScalingAccount? _account;

    [TearDown]
    public async Task StopAsync()
    {
        if (_account is { } account)
        {
            await account.DisposeAsync();
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task A_first_mount_target_or_map_is_foreseen(int mountTargets)
    {
        _account = await ScalingAccount.StartAsync(options => options with { MountTargets = mountTargets });

        await AssertForetoldAsync(_account, files: 101, $"would publish {mountTargets + 1} mount target(s), as revision {mountTargets + 1}");
    }

    [Test]
    public async Task What_a_new_mount_target_brings_about_is_foreseen_also_when_the_map_is_up_to_date()
    {
        _account = await ScalingAccount.StartAsync();
        await _account.RunAsync(101);
        _account.Clock.Advance(LongerThanTheCoolDown);

        await AssertForetoldAsync(_account, files: 201, "would publish 3 mount target(s), as revision 3");
    }

    [Test]
    public async Task A_mount_target_that_is_being_made_is_foreseen_in_the_map()
    {
        _account = await ScalingAccount.StartAsync();
        await _account.RunAsync(1);
        var target = _account.Aws.State.AddMountTarget(_account.FileSystemId, _account.Aws.State.Subnets[1].SubnetId);
        _account.Aws.State.SetMountTargetState(target.MountTargetId, "creating");

        var plan = await PlanAsync(_account, files: 1);

        Assert.That(plan.Steps.Skip(2).Select(step => step.Outcome), Is.All.EqualTo("planned"));
        Assert.That(plan.Steps[3].Detail, Is.EqualTo("would publish 2 mount target(s), as revision 2"));
    }

    [Test]
    public async Task Nothing_is_foreseen_when_nothing_is_to_be_done()
    {
        _account = await ScalingAccount.StartAsync();
        await _account.RunAsync(1);

        var plan = await PlanAsync(_account, files: 1);

        Assert.That(plan.Steps.Skip(2).Select(step => step.Outcome), Is.All.EqualTo("nothing_to_do"));
    }

    private static async Task AssertForetoldAsync(ScalingAccount account, long files, string publication)
    {
        var plan = await PlanAsync(account, files);
        var run = await account.RunAsync(files);

        Assert.That(plan.Error, Is.Null);
        Assert.That(plan.Steps.Skip(2).Select(step => step.Outcome), Is.All.EqualTo("planned"));
        Assert.That(plan.Steps.Last(step => step.Step == "publish").Detail, Is.EqualTo(publication));
        Assert.That(run.Error, Is.Null);
        Assert.That(run.Steps.Skip(2).Select(step => step.Outcome), Is.All.EqualTo("done"));
        Assert.That(publication, Does.Contain($" {account.PublishedMap!.MountTargets.Count} ").And.EndsWith($" {run.MapRevision}"));
    }

    private static async Task<ScalingReport> PlanAsync(ScalingAccount account, long files)
    {
        account.Count.Files = files;
        account.Aws.Calls.Clear();
        var plan = await account.Pipeline().RunAsync(new ScalingRunOptions { PlanOnly = true });
        Assert.That(account.Aws.Calls.WithEffect, Is.Empty);
        return plan;
    }
}
