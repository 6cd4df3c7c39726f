using EfsSharding.LocalAws;
using EfsSharding.Scaling.Tests.Pipeline;

namespace EfsSharding.Scaling.Tests.Provisioning;

[TestFixture]
internal sealed class CreateMountTargetErrorTests
{
    private ScalingAccount _account = null!;

    [SetUp]
    public async Task StartAsync() => _account = await ScalingAccount.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _account.DisposeAsync();

    [TestCase("IpAddressInUse", "address")]
    [TestCase("NetworkInterfaceLimitExceeded", "Network interfaces per Region")]
    [TestCase("IncorrectFileSystemLifeCycleState", "later run")]
    [TestCase("SecurityGroupLimitExceeded", "at most 5")]
    [TestCase("SecurityGroupNotFound", "SecurityGroupIds")]
    [TestCase("FileSystemNotFound", "FileSystemId")]
    [TestCase("InternalServerError", "later run")]
    [TestCase("ThrottlingException", "later run")]
    [TestCase("AccessDeniedException", "elasticfilesystem:CreateMountTarget")]
    public async Task An_error_that_another_subnet_cannot_cure_stops_the_run(string code, string advice)
    {
        _account.Aws.Faults.Add(new InjectedFault { Operation = "CreateMountTarget", ErrorCode = code, Times = 9 });

        var report = await _account.RunAsync(101);

        Assert.That(report.Error, Does.StartWith("provision: ").And.Contain(code).And.Contain(advice));
        Assert.That(_account.Aws.Calls.Of("CreateMountTarget"), Has.Count.EqualTo(1));
        Assert.That(_account.PublishedMap!.MountTargets, Has.Count.EqualTo(1), "what was there is published");
    }

    [TestCase("AvailabilityZonesMismatch")]
    [TestCase("UnsupportedAvailabilityZone")]
    public async Task A_zone_that_takes_none_is_skipped_with_all_of_its_subnets(string code)
    {
        // The zone of the two new subnets comes first, and neither the second of them is tried.
        var zone = _account.Aws.State.AddSubnet(1, "10.1.0.0/16").AvailabilityZone;
        _account.Aws.State.AddSubnet(1, "10.2.0.0/16");
        _account.Aws.Faults.Add(new InjectedFault { Operation = "CreateMountTarget", ErrorCode = code });

        var report = await _account.RunAsync(101);

        Assert.That((report.Error, report.NewMountTargetCreated), Is.EqualTo(((string?)null, true)));
        Assert.That(_account.Aws.State.MountTargets[^1].Subnet.AvailabilityZone, Is.Not.EqualTo(zone));
        Assert.That(_account.Aws.Calls.Of("CreateMountTarget"), Has.Count.EqualTo(2));
    }

    [TestCase("NoFreeAddressesInSubnet")]
    [TestCase("SubnetNotFound")]
    [TestCase("BadRequest")]
    public async Task A_subnet_that_takes_none_is_followed_by_another_of_its_zone(string code)
    {
        _account.Aws.State.AddSubnet(1, "10.1.0.0/16");
        var second = _account.Aws.State.AddSubnet(1, "10.2.0.0/17");
        _account.Aws.Faults.Add(new InjectedFault { Operation = "CreateMountTarget", ErrorCode = code });

        var report = await _account.RunAsync(101);

        Assert.That(report.Error, Is.Null);
        Assert.That(_account.Aws.State.MountTargets[^1].Subnet.SubnetId, Is.EqualTo(second.SubnetId));
    }

    [Test]
    public async Task When_no_zone_is_served_by_EFS_the_zones_are_used_up()
    {
        _account.Aws.State.WithdrawEfsFrom("ap-northeast-1c");
        _account.Aws.State.WithdrawEfsFrom("ap-northeast-1b");

        var report = await _account.RunAsync(101);

        Assert.That((report.Error, report.Decision), Is.EqualTo(((string?)null, ScalingReason.ZonesUsedUp)));
        Assert.That(report.DecisionDetail, Does.Contain("UnsupportedAvailabilityZone"));
        Assert.That(report.Published);
    }

    [Test]
    public async Task When_no_subnet_has_a_free_address_the_run_fails_and_says_so()
    {
        foreach (var subnet in _account.Aws.State.Subnets)
        {
            _account.Aws.State.LeaveFreeAddresses(subnet.SubnetId, 0);
        }

        var report = await _account.RunAsync(101);

        Assert.That(report.Error, Does.Contain("NoFreeAddressesInSubnet").And.Contain("free addresses"));
        Assert.That(_account.Aws.Calls.Of("CreateMountTarget"), Has.Count.EqualTo(2), "both zones were tried");
    }

    [Test]
    public async Task A_conflict_in_a_zone_that_nobody_holds_leads_to_the_next_zone()
    {
        _account.Aws.Faults.Add(new InjectedFault { Operation = "CreateMountTarget", ErrorCode = "MountTargetConflict" });

        var report = await _account.RunAsync(101);

        Assert.That((report.Error, report.NewMountTargetCreated), Is.EqualTo(((string?)null, true)));
        Assert.That(_account.Aws.Calls.Of("CreateMountTarget"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task The_subnet_with_the_most_free_addresses_of_a_free_zone_is_taken()
    {
        // The largest subnet of all is in the zone that is taken.
        _account.Aws.State.AddSubnet(0, "10.1.0.0/16");
        var best = _account.Aws.State.AddSubnet(2, "10.2.0.0/20");
        _account.Aws.State.LeaveFreeAddresses(_account.Aws.State.Subnets[1].SubnetId, 3);

        await _account.RunAsync(101);

        Assert.That(_account.Aws.State.MountTargets[^1].Subnet.SubnetId, Is.EqualTo(best.SubnetId));
        Assert.That(_account.Aws.Calls.Of("CreateMountTarget"), Has.Count.EqualTo(1), "the taken zone is not tried");
        Assert.That(_account.Aws.State.MountTargets[^1].SecurityGroups, Is.EqualTo(_account.Aws.Options.SecurityGroups));
    }

    [Test]
    public async Task Only_subnets_that_are_allowed_are_taken()
    {
        var allowed = _account.Aws.State.Subnets[2].SubnetId;
        _account.Aws.State.AddSubnet(1, "10.1.0.0/16");

        await _account.RunAsync(101, options => options.SubnetIds.Add(allowed));

        Assert.That(_account.Aws.State.MountTargets[^1].Subnet.SubnetId, Is.EqualTo(allowed));
    }

    [Test]
    public async Task Another_VPC_than_that_of_the_mount_targets_is_refused()
    {
        var report = await _account.RunAsync(101, options => options.VpcId = "vpc-other");

        Assert.That(report.Error, Does.Contain("vpc-other").And.Contain(_account.Aws.Options.VpcId));
        Assert.That(_account.Aws.Calls.WithEffect.Select(call => call.Operation), Is.EqualTo(new[] { "PutParameter" }), "what was there is published");
    }

    [Test]
    public async Task The_VPC_is_found_by_the_mount_targets_there_are()
    {
        var report = await _account.RunAsync(101, options => options.VpcId = null);

        Assert.That((report.Error, report.NewMountTargetCreated), Is.EqualTo(((string?)null, true)));
    }

    [Test]
    public async Task A_new_mount_target_that_breaks_fails_the_run_and_is_not_published()
    {
        await using var account = await ScalingAccount.StartAsync(options => options with { MountTargetCreationTime = TimeSpan.FromDays(300) });
        account.Count.Files = 101;
        var running = account.Pipeline(options => options.MountTargetTimeout = TimeSpan.FromDays(20)).RunAsync(new ScalingRunOptions());
        while (account.Aws.State.MountTargets.Count < 2 && !running.IsCompleted)
        {
            await Task.Yield();
        }

        account.Aws.State.SetMountTargetState(account.Aws.State.MountTargets[^1].MountTargetId, "error");
        var report = await running;

        Assert.That(report.Error, Does.StartWith("provision: ").And.Contain("'error'"));
        Assert.That(account.PublishedMap!.MountTargets, Has.Count.EqualTo(1));
    }
}
