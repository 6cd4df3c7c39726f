using EfsSharding.LocalAws;

namespace EfsSharding.Scaling.Tests.Pipeline;

/// <summary>A call that fails at every run does not make one mount target more at each, and publishes nothing worse.</summary>
[TestFixture]
internal sealed class PermanentFailureTests
{
    private const int Runs = 5;

    private static readonly string[] Operations =
        ["GetParameter", "PutParameter", "DescribeMountTargets", "DescribeFileSystems", "CreateMountTarget", "DescribeSubnets", "DescribeServices", "UpdateService"];

    [Test]
    public async Task Every_call_from_any_one_on_fails_for_ever(
        [ValueSource(nameof(Operations))] string operation, [Values] FaultTiming timing, [Values("AccessDeniedException", "InternalServerError")] string code)
    {
        for (var nth = 1; nth <= 7; nth++)
        {
            await AssertHarmlessAsync(
                new InjectedFault { Operation = operation, Nth = nth, Times = int.MaxValue, Timing = timing, ErrorCode = code }, $"{operation} from call {nth} on, {timing}");
        }
    }

    [Test]
    public async Task A_parameter_that_may_not_be_written_is_known_before_a_mount_target_is_made([Values] bool published)
    {
        await using var account = await ScalingAccount.StartAsync(options => options with { AvailabilityZones = 5 });
        if (published)
        {
            await account.RunAsync(0);
        }

        account.Aws.Faults.Add(new InjectedFault { Operation = "PutParameter", ErrorCode = "AccessDeniedException", Times = int.MaxValue });
        for (var run = 0; run < Runs; run++)
        {
            var report = await account.RunAsync(1_000_000, options => options.CoolDown = TimeSpan.Zero);
            Assert.That(report.Error, Does.Contain("PutParameter").And.Contain("AccessDeniedException").And.Contain("ssm:PutParameter"));
        }

        Assert.That(account.TargetIds, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_map_that_has_no_room_for_one_more_is_known_before_a_mount_target_is_made([Values] bool plan)
    {
        await using var account = await ScalingAccount.StartAsync();
        await account.RunAsync(0);
        for (var targets = 10; account.Aws.State.Parameter(ScalingAccount.Parameter)!.Value.Length < 3_900; targets++)
        {
            var map = account.PublishedMap!;
            account.Aws.State.PutParameter(ScalingAccount.Parameter, ShardMapCodec.Serialize(map with
            {
                MountTargets = [.. map.MountTargets, new MountTarget { MountTargetId = $"fsmt-{targets}", FileSystemId = "fs-other", IpAddress = "10.9.9.9" }],
                FileSystems = [map.FileSystems[0], new FileSystem { FileSystemId = "fs-other" }],
            }));
        }

        account.Count.Files = 101;
        var report = await account.Pipeline(options => options.AllowAdvancedTier = false).RunAsync(new ScalingRunOptions { PlanOnly = plan });

        Assert.That(report.Error, Does.StartWith("provision: ").And.Contain("4096"));
        Assert.That(account.TargetIds, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_run_that_ends_between_any_two_calls_is_carried_on_by_the_next([Values] FaultTiming timing)
    {
        for (var position = 1; position <= 24; position++)
        {
            await using var account = await ScalingAccount.StartAsync();
            using var end = new CancellationTokenSource();

            // The call never answers, and the process is gone.
            account.Aws.Faults.Add(new InjectedFault { Nth = position, Kind = FaultKind.Delay, Timing = timing, Delay = Timeout.InfiniteTimeSpan });
            account.Count.Files = 150;
            var running = account.Pipeline().RunAsync(new ScalingRunOptions(), end.Token);
            while (!running.IsCompleted && account.Aws.Faults.Met == 0)
            {
                await Task.Yield();
            }

            await end.CancelAsync();
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            account.Aws.Faults.Clear();
            account.Clock.Advance(TimeSpan.FromMinutes(1));

            for (var run = 0; run < 2; run++)
            {
                Assert.That((await account.RunAsync(150)).Error, Is.Null, $"call {position} {timing}");
                account.Clock.Advance(TimeSpan.FromMinutes(1));
            }

            Assert.That(account.TargetIds, Has.Count.EqualTo(2), $"call {position} {timing}");
            Assert.That(account.PublishedMap!.MountTargets.Select(target => target.MountTargetId), Is.EqualTo(account.TargetIds));
            Assert.That(account.Deployments, Is.GreaterThanOrEqualTo(1));
        }
    }

    private static async Task AssertHarmlessAsync(InjectedFault fault, string where)
    {
        await using var account = await ScalingAccount.StartAsync(options => options with { AvailabilityZones = 5 });
        account.Aws.Faults.Add(fault);
        var serving = 0;
        for (var run = 0; run < Runs; run++)
        {
            // As many files as one mount target more is for.
            await account.RunAsync(150);
            account.Clock.Advance(TimeSpan.FromMinutes(30));
            var now = account.PublishedMap?.MountTargets.Count ?? 0;
            Assert.That(now, Is.GreaterThanOrEqualTo(serving), where);
            serving = now;
        }

        Assert.That(account.TargetIds, Has.Count.LessThanOrEqualTo(2), where);
        var available = account.Aws.State.MountTargets.Select(target => target.MountTargetId);
        Assert.That(account.PublishedMap?.MountTargets.Select(target => target.MountTargetId) ?? [], Is.SubsetOf(available), where);
    }
}
