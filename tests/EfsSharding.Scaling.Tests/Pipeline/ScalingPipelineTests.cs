using System.Text.Json;
using EfsSharding.Access;

namespace EfsSharding.Scaling.Tests.Pipeline;

[TestFixture]
internal sealed class ScalingPipelineTests
{
    private ScalingAccount _account = null!;

    [SetUp]
    public async Task StartAsync() => _account = await ScalingAccount.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _account.DisposeAsync();

    [Test]
    public async Task Above_the_threshold_one_mount_target_is_made_published_and_rolled_out()
    {
        var report = await _account.RunAsync(101);

        Assert.That(report.Error, Is.Null);
        Assert.That(_account.TargetIds, Has.Count.EqualTo(2));
        Assert.That(report.NewMountTargetCreated);
        Assert.That(_account.TargetIds, Does.Contain(report.NewMountTargetId));
        Assert.That(_account.PublishedMap!.MountTargets.Select(target => target.MountTargetId), Is.EqualTo(_account.TargetIds));
        Assert.That((report.MapRevision, report.Published, report.DeploymentTriggered, report.MountTargets), Is.EqualTo((2L, true, true, 2)));
        Assert.That((report.Threshold, report.ThresholdExceeded, report.Decision), Is.EqualTo((100L, true, ScalingReason.ThresholdExceeded)));
        Assert.That(report.Steps.Select(step => (step.Step, step.Outcome)), Is.EqualTo(new[]
        {
            ("count", "done"), ("decide", "done"), ("publish", "done"), ("provision", "done"), ("publish", "done"), ("roll_out", "done"),
        }));
    }

    [Test]
    public async Task A_second_run_changes_nothing([Values] ThresholdPolicy policy, [Values(101, 1_000_000)] long files)
    {
        await _account.RunAsync(files, options => options.Policy = policy);
        _account.Aws.Calls.Clear();
        _account.Clock.Advance(TimeSpan.FromMinutes(1));

        var report = await _account.RunAsync(files, options => options.Policy = policy);

        Assert.That(report.Error, Is.Null);
        Assert.That(_account.Aws.Calls.WithEffect, Is.Empty);
        Assert.That((report.NewMountTargetCreated, report.Published, report.DeploymentTriggered), Is.EqualTo((false, false, false)));
    }

    [TestCase(null, 0, false, false)]
    [TestCase(null, 0, true, true)]
    [TestCase(null, 0, null, true)]
    [TestCase(null, 1, false, true)]
    [TestCase(true, 1, false, false)]
    [TestCase(true, 0, true, true)]
    [TestCase(true, 1, null, false)]
    [TestCase(false, 0, false, true)]
    public async Task A_place_where_nothing_is_mounted_is_not_taken_for_a_file_system_without_files(bool? requireMount, int files, bool? isOnNetwork, bool counts)
    {
        _account.Count.IsOnNetwork = isOnNetwork;

        var report = await _account.RunAsync(files, options => options.RequireMount = requireMount);

        Assert.That(report.Error, counts ? Is.Null : Does.StartWith("count:").And.Contains("mount").And.Contains("RequireMount"));
        Assert.That((report.FileCount, _account.PublishedMap is not null), Is.EqualTo((counts ? files : (long?)null, true)), "what serves is published all the same");
    }

    [TestCase(null, false)]
    [TestCase(false, true)]
    public async Task A_place_that_file_systems_are_mounted_below_is_not_taken_for_one_of_them(bool? requireMount, bool counts)
    {
        (_account.Count.IsOnNetwork, _account.Count.MountPoints) = (false, 2);

        var report = await _account.RunAsync(7, options => options.RequireMount = requireMount);

        Assert.That(report.Error, counts ? Is.Null : Does.StartWith("count: ").And.Contains("2 file system(s) are mounted below"));
        Assert.That(counts ? report.Steps[0].Detail : "2 mount point", Does.Contain("2 mount point"));
    }

    [Test]
    public async Task At_the_threshold_what_there_is_is_published_and_nothing_made()
    {
        var report = await _account.RunAsync(100);

        Assert.That((report.Error, report.Decision, report.ThresholdExceeded), Is.EqualTo(((string?)null, ScalingReason.WithinThreshold, false)));
        Assert.That(_account.TargetIds, Has.Count.EqualTo(1));
        Assert.That(_account.PublishedMap!.MountTargets, Has.Count.EqualTo(1));
        Assert.That(_account.Aws.Calls.Of("CreateMountTarget"), Is.Empty);
    }

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public void Property2_Scaling_happens_only_above_the_threshold(byte files, FsCheck.NonNegativeInt threshold, bool isFixed)
    {
        Property2Async(files, threshold.Item % 200, isFixed).GetAwaiter().GetResult();

        static async Task Property2Async(long files, long threshold, bool isFixed)
        {
            await using var account = await ScalingAccount.StartAsync();
            var report = await account.RunAsync(files, options =>
            {
                options.FileCountThreshold = threshold;
                options.Policy = isFixed ? ThresholdPolicy.Fixed : ThresholdPolicy.PerMountTarget;
            });

            Assert.That(report.Error, Is.Null);
            Assert.That(account.Aws.Calls.Of("CreateMountTarget"), Has.Count.EqualTo(files > threshold ? 1 : 0));
            Assert.That(account.TargetIds, Has.Count.EqualTo(files > threshold ? 2 : 1));
            Assert.That(report.ThresholdExceeded, Is.EqualTo(files > threshold));
        }
    }

    [Test]
    public async Task Runs_go_on_until_every_zone_has_one_and_then_say_so()
    {
        ScalingReport report = null!;
        for (var run = 0; run < 4; run++)
        {
            report = await _account.RunAsync(1_000_000);
            Assert.That(report.Error, Is.Null);
            _account.Clock.Advance(TimeSpan.FromMinutes(11));
        }

        Assert.That(_account.Aws.State.MountTargets.Select(target => target.Subnet.AvailabilityZone), Is.Unique);
        Assert.That(_account.TargetIds, Has.Count.EqualTo(3));
        Assert.That((report.Decision, report.ThresholdExceeded, report.NewMountTargetCreated), Is.EqualTo((ScalingReason.ZonesUsedUp, true, false)));
        Assert.That(_account.PublishedMap!.Revision, Is.EqualTo(3), "one for what there was, and one for each addition");
    }

    [Test]
    public async Task A_mount_target_that_a_dead_run_left_behind_is_published_under_the_threshold()
    {
        await _account.RunAsync(1);
        var left = _account.Aws.State.AddMountTarget(_account.FileSystemId, _account.Aws.State.Subnets[1].SubnetId);
        _account.Clock.Advance(TimeSpan.FromMinutes(1));

        var report = await _account.RunAsync(1);

        Assert.That(_account.PublishedMap!.MountTargets.Select(target => target.MountTargetId), Does.Contain(left.MountTargetId));
        Assert.That((report.Published, report.MapRevision, report.DeploymentTriggered, report.NewMountTargetCreated), Is.EqualTo((true, 2L, true, false)));
    }

    [Test]
    public async Task A_mount_target_that_is_being_made_is_waited_for_and_not_doubled()
    {
        var target = _account.Aws.State.AddMountTarget(_account.FileSystemId, _account.Aws.State.Subnets[1].SubnetId);
        _account.Aws.State.SetMountTargetState(target.MountTargetId, "creating");
        _account.Count.Files = 1_000;
        var running = _account.Pipeline().RunAsync(new ScalingRunOptions());
        while (_account.Aws.Calls.Of("DescribeMountTargets").Count < 4 && !running.IsCompleted)
        {
            await Task.Yield();
        }

        _account.Aws.State.SetMountTargetState(target.MountTargetId, null);
        var report = await running;

        Assert.That((report.Error, report.Decision), Is.EqualTo(((string?)null, ScalingReason.AdditionInProgress)));
        Assert.That(_account.TargetIds, Has.Count.EqualTo(2));
        Assert.That(_account.PublishedMap!.MountTargets, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_mount_target_that_never_becomes_available_fails_the_run_and_is_not_published()
    {
        await _account.RunAsync(1);
        var before = _account.Aws.State.Parameter(ScalingAccount.Parameter);
        var target = _account.Aws.State.AddMountTarget(_account.FileSystemId, _account.Aws.State.Subnets[1].SubnetId);
        _account.Aws.State.SetMountTargetState(target.MountTargetId, "creating");

        var report = await _account.RunAsync(1_000);

        Assert.That(report.Error, Does.Contain("not available after").And.StartsWith("provision:"));
        Assert.That(_account.Aws.State.Parameter(ScalingAccount.Parameter), Is.EqualTo(before));
        Assert.That(report.Steps[^1].Step, Is.EqualTo("provision"));
    }

    [Test]
    public async Task A_plan_changes_nothing_and_says_what_a_run_would_do()
    {
        _account.Count.Files = 101;
        var report = await _account.Pipeline().RunAsync(new ScalingRunOptions { PlanOnly = true });

        Assert.That(report.Error, Is.Null);
        Assert.That(_account.Aws.Calls.WithEffect, Is.Empty);
        Assert.That((report.PlanOnly, report.NewMountTargetCreated, report.Published, report.DeploymentTriggered), Is.EqualTo((true, false, false, false)));
        Assert.That(report.Steps.Skip(2).Select(step => step.Outcome), Is.All.EqualTo("planned"));
        Assert.That(report.Steps[3].Detail, Does.Contain("subnet-"));
    }

    [Test]
    public async Task A_count_that_fails_keeps_nothing_from_being_published_and_adds_nothing()
    {
        await _account.RunAsync(0);
        _account.Aws.State.AddMountTarget(_account.FileSystemId, _account.Aws.State.Subnets[1].SubnetId);
        _account.Count.Failure = new DirectoryUnreadableException("/mnt/efs/a", "Permission denied");

        var report = await _account.RunAsync(0);

        Assert.That(report.Error, Does.StartWith("count: ").And.Contain("/mnt/efs/a"));
        Assert.That((report.FileCount, report.Decision, report.Published), Is.EqualTo(((long?)null, (ScalingReason?)null, true)));
        Assert.That(_account.PublishedMap!.MountTargets.Select(target => target.MountTargetId), Is.EqualTo(_account.TargetIds));
        Assert.That(report.DeploymentTriggered);
        Assert.That(_account.Aws.Calls.Of("CreateMountTarget"), Is.Empty);
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(-86_400)]
    public async Task A_run_without_any_time_left_says_so(int seconds)
    {
        var report = await _account.Pipeline().RunAsync(new ScalingRunOptions { TimeLimit = TimeSpan.FromSeconds(seconds) });

        Assert.That(report.Error, Does.Contain("ran out"));
        Assert.That(_account.Aws.Calls.All, Is.Empty);
    }

    [Test]
    public async Task A_time_limit_longer_than_a_timer_can_be_is_none()
    {
        var report = await _account.Pipeline().RunAsync(new ScalingRunOptions { TimeLimit = TimeSpan.MaxValue });

        Assert.That(report.Error, Is.Null);
    }

    [TestCase(101, ScalingReason.ThresholdExceeded, true)]
    [TestCase(100, ScalingReason.CountIncomplete, null)]
    public async Task An_incomplete_count_is_believed_only_above_the_threshold(long files, ScalingReason decision, bool? exceeded)
    {
        _account.Count.End = FileCountEnd.TimeLimitReached;

        var report = await _account.RunAsync(files);

        Assert.That((report.Decision, report.ThresholdExceeded, report.FileCountComplete), Is.EqualTo((decision, exceeded, false)));
        Assert.That(_account.TargetIds, Has.Count.EqualTo(exceeded == true ? 2 : 1));
    }

    [Test]
    public async Task Counting_only_to_the_threshold_asks_for_one_file_more_than_it()
    {
        _account.Aws.State.AddMountTarget(_account.FileSystemId, _account.Aws.State.Subnets[1].SubnetId);

        await _account.RunAsync(1, options => options.CountOnlyToThreshold = true);

        Assert.That(_account.Count.Request!.UpTo, Is.EqualTo(201));
    }

    [Test]
    public async Task Half_of_the_time_of_a_run_is_for_counting()
    {
        await _account.Pipeline().RunAsync(new ScalingRunOptions { TimeLimit = TimeSpan.FromMinutes(2) });

        Assert.That(_account.Count.Request!.TimeLimit, Is.EqualTo(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task Without_a_service_nothing_is_rolled_out()
    {
        var report = await _account.RunAsync(101, options => options.ClusterName = options.ServiceName = null);

        Assert.That((report.Error, report.DeploymentTriggered), Is.EqualTo(((string?)null, false)));
        Assert.That(_account.Aws.Calls.All.Where(call => call.Service == "ecs"), Is.Empty);
    }

    [Test]
    public async Task A_broken_published_document_ends_the_run_before_anything_is_made()
    {
        _account.Aws.State.PutParameter(ScalingAccount.Parameter, "{\"mount_targets\":[");

        var report = await _account.RunAsync(101);

        Assert.That(report.Error, Does.StartWith("decide: ").And.Contain(ScalingAccount.Parameter));
        Assert.That(_account.Aws.Calls.WithEffect, Is.Empty);
    }

    [Test]
    public async Task A_One_Zone_file_system_keeps_its_only_mount_target()
    {
        var fileSystem = _account.Aws.State.AddFileSystem("fs-00000000000000001", oneZone: _account.Aws.State.Subnets[0]);
        _account.Aws.State.AddMountTarget(fileSystem.FileSystemId, _account.Aws.State.Subnets[0].SubnetId);

        var report = await _account.RunAsync(101, options => options.FileSystemId = fileSystem.FileSystemId);

        Assert.That((report.Error, report.Decision, report.NewMountTargetCreated), Is.EqualTo(((string?)null, ScalingReason.OneZone, false)));
        Assert.That(_account.Aws.Calls.Of("CreateMountTarget"), Is.Empty);
    }

    [Test]
    public async Task The_report_is_one_line_of_json_with_every_member()
    {
        var report = await _account.RunAsync(101);

        var json = JsonDocument.Parse(report.ToJson()).RootElement;

        Assert.That(report.ToJson(), Does.Not.Contain("\n"));
        Assert.That(json.EnumerateObject().Select(member => member.Name), Is.SupersetOf(new[]
        {
            "timestamp", "file_count", "file_count_complete", "threshold", "threshold_exceeded", "new_mount_target_created", "new_mount_target_id",
            "deployment_triggered", "error", "mount_targets", "map_revision", "published", "plan_only", "elapsed_s", "decision", "steps", "file_system_id",
        }));
        Assert.That(json.GetProperty("decision").GetString(), Is.EqualTo("threshold_exceeded"));
        Assert.That(json.GetProperty("file_count").GetInt64(), Is.EqualTo(101));
        Assert.That(json.GetProperty("error").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task A_cancelled_run_throws()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => _account.Pipeline().RunAsync(new ScalingRunOptions(), cancelled.Token));
    }
}
