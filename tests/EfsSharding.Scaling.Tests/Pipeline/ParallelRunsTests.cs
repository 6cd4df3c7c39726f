using EfsSharding.LocalAws;

namespace EfsSharding.Scaling.Tests.Pipeline;

[TestFixture]
internal sealed class ParallelRunsTests
{
    [FsCheck.NUnit.Property(MaxTest = 10)]
    public void Property3_Making_mount_targets_any_number_of_times_and_at_once_leaves_one_per_zone(byte zones, byte parallel, byte times, bool alike)
    {
        RunAsync(2 + (zones % 4), 1 + (parallel % 4), 1 + (times % 4)).GetAwaiter().GetResult();

        async Task RunAsync(int zoneCount, int parallelRuns, int rounds)
        {
            await using var account = await ScalingAccount.StartAsync(
                options => options with { AvailabilityZones = zoneCount, AnswerParallelCreatesAlike = alike });
            account.Aws.State.AddSubnet(0, "10.0.100.0/24");
            account.Aws.State.AddSubnet(zoneCount - 1, "10.0.101.0/24");
            account.Count.Files = 1_000_000;
            for (var round = 0; round < rounds + zoneCount; round++)
            {
                var reports = await Task.WhenAll(Enumerable.Range(0, parallelRuns).Select(_ =>
                    account.Pipeline(options => options.CoolDown = TimeSpan.Zero).RunAsync(new ScalingRunOptions())));

                Assert.That(reports.Select(report => report.Error), Is.All.Null);
                Assert.That(account.Aws.State.MountTargets.Select(target => target.Subnet.AvailabilityZone), Is.Unique);
                account.Clock.Advance(TimeSpan.FromMinutes(1));
            }

            Assert.That(account.TargetIds, Has.Count.EqualTo(zoneCount), "every zone has one in the end");
            Assert.That(account.PublishedMap!.MountTargets.Select(target => target.MountTargetId), Is.EqualTo(account.TargetIds));
        }
    }

    [Test]
    public async Task Runs_at_once_that_want_one_more_make_one_more([Values] bool alike)
    {
        await using var account = await ScalingAccount.StartAsync(options => options with { AvailabilityZones = 5, AnswerParallelCreatesAlike = alike });

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => account.RunAsync(101)));

        Assert.That(reports.Select(report => report.Error), Is.All.Null);
        Assert.That(account.TargetIds, Has.Count.EqualTo(2));
        Assert.That(account.PublishedMap!.MountTargets.Select(target => target.MountTargetId), Is.EqualTo(account.TargetIds));
    }

    [Test]
    public async Task A_call_that_was_made_though_its_answer_was_lost_is_found_again_by_the_retry()
    {
        await using var account = await ScalingAccount.StartAsync();
        account.Aws.Faults.Add(new InjectedFault { Operation = "CreateMountTarget", Kind = FaultKind.Cut, Timing = FaultTiming.After, Attempts = 1 });
        account.Count.Files = 101;

        var report = await account.Pipeline(retries: 2).RunAsync(new ScalingRunOptions());

        Assert.That((report.Error, report.NewMountTargetCreated), Is.EqualTo(((string?)null, true)));
        Assert.That(account.TargetIds, Has.Count.EqualTo(2).And.Contains(report.NewMountTargetId));
    }

    [Test]
    public async Task A_run_that_saw_less_takes_nothing_out_of_the_map_of_one_that_saw_more()
    {
        await using var account = await ScalingAccount.StartAsync();
        account.BeforeNextWrite = AddAndPublish;

        Assert.That((await account.RunAsync(0)).Error, Is.Null);

        Assert.That(account.PublishedMap!.MountTargets.Select(target => target.MountTargetId), Is.EqualTo(account.TargetIds));

        void AddAndPublish()
        {
            account.Aws.State.AddMountTarget(account.FileSystemId, account.Aws.State.Subnets[1].SubnetId);
            Assert.That(account.Pipeline().RunAsync(new ScalingRunOptions()).GetAwaiter().GetResult().Error, Is.Null);
        }
    }

    [Test]
    public async Task What_is_written_only_to_see_that_it_can_be_takes_nothing_out_of_the_map()
    {
        await using var account = await ScalingAccount.StartAsync();
        await account.RunAsync(0);
        account.Clock.Advance(TimeSpan.FromMinutes(1));
        account.BeforeNextWrite = () => account.Pipeline().RunAsync(new ScalingRunOptions()).GetAwaiter().GetResult();

        Assert.That((await account.RunAsync(101)).Error, Is.Null);

        // The one that was on its way when the other run wrote is put right by the next.
        var sizes = account.Aws.State.ParameterVersions(ScalingAccount.Parameter)
            .Select(version => ShardMapCodec.Parse(version.Value, ScalingAccount.Parameter).MountTargets.Count).SkipWhile(size => size == 1).ToList();
        Assert.That(sizes.Count(size => size == 1), Is.LessThanOrEqualTo(1), string.Join(' ', sizes));
        Assert.That(account.PublishedMap!.MountTargets.Select(target => target.MountTargetId), Is.EqualTo(account.TargetIds));
    }
}
