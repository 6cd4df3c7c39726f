using EfsSharding.Scaling.Tests.Pipeline;

namespace EfsSharding.Scaling.Tests.Publishing;

[TestFixture]
internal sealed class MapPublisherTests
{
    private ScalingAccount _account = null!;

    [SetUp]
    public async Task StartAsync() => _account = await ScalingAccount.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _account.DisposeAsync();

    [FsCheck.NUnit.Property(MaxTest = 25)]
    public void Property4_The_published_map_reads_back_equal(FsCheck.NonNegativeInt seed)
    {
        PublishAsync().GetAwaiter().GetResult();

        async Task PublishAsync()
        {
            var random = new Random(seed.Item);
            await using var account = await ScalingAccount.StartAsync(options => options with
            {
                AvailabilityZones = 1 + random.Next(6),
                MountTargets = 1,
            });
            foreach (var subnet in account.Aws.State.Subnets.Skip(1).Where(_ => random.Next(2) == 0))
            {
                account.Aws.State.AddMountTarget(account.FileSystemId, subnet.SubnetId);
            }

            var seeded = RandomMap(random, account);
            account.Aws.State.PutParameter(ScalingAccount.Parameter, ShardMapCodec.Serialize(seeded));

            var report = await account.RunAsync(0);

            var expected = seeded with
            {
                Revision = seeded.Revision + 1,
                MountTargets = [.. seeded.MountTargets.Where(target => target.FileSystemId != account.FileSystemId)
                    .Concat(account.Aws.State.MountTargets.Select(target => new MountTarget
                    {
                        MountTargetId = target.MountTargetId,
                        FileSystemId = target.FileSystemId,
                        IpAddress = target.IpAddress!.ToString(),
                        AvailabilityZone = target.Subnet.AvailabilityZone,
                        AvailabilityZoneId = target.Subnet.AvailabilityZoneId,
                        SubnetId = target.Subnet.SubnetId,
                        Weight = seeded.MountTargets.SingleOrDefault(old => old.MountTargetId == target.MountTargetId)?.Weight ?? 1,
                    }))
                    .OrderBy(target => target.MountTargetId, StringComparer.Ordinal)],
            };
            Assert.That(report.Error, Is.Null);
            Assert.That(account.PublishedMap, Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task A_first_generation_document_is_upgraded_and_old_readers_go_on_reading_it()
    {
        var target = _account.Aws.State.MountTargets[0];
        _account.Aws.State.PutParameter(ScalingAccount.Parameter,
            $$"""{"mount_targets":[{"mount_target_id":"{{target.MountTargetId}}","ip_address":"{{target.IpAddress}}","availability_zone":"a","subnet_id":"s"}]}""");

        await _account.RunAsync(0);

        Assert.That(_account.PublishedMap!.FileSystems.Select(fileSystem => fileSystem.FileSystemId), Is.EqualTo(new[] { _account.FileSystemId }));
        Assert.That(_account.PublishedMap.Revision, Is.EqualTo(1));
        var old = System.Text.Json.JsonDocument.Parse(_account.Aws.State.Parameter(ScalingAccount.Parameter)!.Value)
            .RootElement.GetProperty("mount_targets")[0];
        foreach (var member in new[] { "mount_target_id", "ip_address", "availability_zone", "subnet_id" })
        {
            Assert.That(old.GetProperty(member).GetString(), Is.Not.Empty);
        }
    }

    [Test]
    public async Task A_file_system_beside_others_joins_so_that_their_files_stay_found()
    {
        _account.Aws.State.PutParameter(ScalingAccount.Parameter, ShardMapCodec.Serialize(new ShardMap
        {
            Revision = 3,
            MountTargets = [new MountTarget { MountTargetId = "fsmt-other", FileSystemId = "fs-other", IpAddress = "10.9.9.9" }],
            FileSystems = [new FileSystem { FileSystemId = "fs-other" }],
        }));

        await _account.RunAsync(0);

        Assert.That(_account.PublishedMap!.FileSystems.Select(fileSystem => (fileSystem.FileSystemId, fileSystem.State)), Is.EqualTo(new[]
        {
            ("fs-other", FileSystemState.Active), (_account.FileSystemId, FileSystemState.Joining),
        }));
        Assert.That(_account.PublishedMap.MountTargets.Select(target => target.MountTargetId), Does.Contain("fsmt-other"));
    }

    [Test]
    public async Task A_mount_target_whose_setting_changes_stays_published()
    {
        await _account.RunAsync(101);
        _account.Aws.State.SetMountTargetState(_account.TargetIds[0], "updating");
        _account.Clock.Advance(TimeSpan.FromMinutes(1));

        var report = await _account.RunAsync(101);

        Assert.That(report.Published, Is.False);
        Assert.That(_account.PublishedMap!.MountTargets, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Without_an_available_mount_target_nothing_is_published()
    {
        _account.Aws.State.SetMountTargetState(_account.TargetIds[0], "error");

        var report = await _account.RunAsync(0);

        Assert.That(report.Error, Does.StartWith("publish: ").And.Contain(_account.FileSystemId));
        Assert.That(_account.Aws.Calls.WithEffect, Is.Empty);
    }

    [TestCase(true, 8192)]
    [TestCase(false, 4096)]
    public async Task A_map_that_does_not_fit_is_refused_before_it_is_sent(bool allowAdvancedTier, int limit)
    {
        // With these alone the map still fits the advanced tier.
        Seed(targets: 54);

        var report = await _account.RunAsync(0, options => options.AllowAdvancedTier = allowAdvancedTier);

        Assert.That(report.Error, Does.StartWith("publish: ").And.Contain(limit.ToString()));
        Assert.That(_account.Aws.Calls.Of("PutParameter"), Is.Empty);
    }

    [TestCase(5, "Standard")]
    [TestCase(30, "Advanced")]
    public async Task The_tier_follows_the_size(int targets, string tier)
    {
        Seed(targets);

        Assert.That((await _account.RunAsync(0)).Error, Is.Null);
        Assert.That(_account.Aws.State.Parameter(ScalingAccount.Parameter)!.Tier, Is.EqualTo(tier));
    }

    [Test]
    public async Task A_map_with_braces_that_SSM_takes_for_a_reference_is_refused_before_it_is_sent()
    {
        _account.Aws.State.PutParameter(ScalingAccount.Parameter, ShardMapCodec.Serialize(new ShardMap
        {
            MountTargets = [new MountTarget { MountTargetId = "fsmt-{{x", FileSystemId = "fs-other" }],
            FileSystems = [new FileSystem { FileSystemId = "fs-other" }],
        }));

        var report = await _account.RunAsync(0);

        Assert.That(report.Error, Does.StartWith("publish: ").And.Contain("{{"));
        Assert.That(_account.Aws.Calls.Of("PutParameter"), Is.Empty);
    }

    [Test]
    public async Task A_change_that_another_makes_between_our_read_and_our_write_is_kept()
    {
        await _account.RunAsync(0);
        _account.Aws.State.AddMountTarget(_account.FileSystemId, _account.Aws.State.Subnets[1].SubnetId);
        var weighted = _account.PublishedMap! with { Revision = 2, MountTargets = [_account.PublishedMap!.MountTargets[0] with { Weight = 7 }] };

        _account.BeforeNextWrite = () => _account.Aws.State.PutParameter(ScalingAccount.Parameter, ShardMapCodec.Serialize(weighted));
        var report = await _account.RunAsync(0);

        Assert.That(report.Error, Is.Null);
        Assert.That(_account.PublishedMap!.MountTargets.Select(target => target.Weight), Is.EquivalentTo(new[] { 7, 1 }));
        Assert.That(_account.PublishedMap.Revision, Is.GreaterThan(2));
    }

    [Test]
    public async Task A_parameter_that_another_makes_right_before_us_is_merged_and_not_overwritten()
    {
        var others = new ShardMap
        {
            Revision = 1,
            Layout = FileLayout.Bucketed,
            MountTargets = [new MountTarget { MountTargetId = "fsmt-other", FileSystemId = "fs-other", Weight = 9 }],
            FileSystems = [new FileSystem { FileSystemId = "fs-other" }],
        };
        _account.BeforeNextWrite = () => _account.Aws.State.PutParameter(ScalingAccount.Parameter, ShardMapCodec.Serialize(others));

        var report = await _account.RunAsync(0);

        Assert.That(report.Error, Is.Null);
        Assert.That(_account.PublishedMap!.Layout, Is.EqualTo(FileLayout.Bucketed));
        Assert.That(_account.PublishedMap.MountTargets, Has.Count.EqualTo(2).And.Member(others.MountTargets[0]));
        Assert.That(_account.PublishedMap.Revision, Is.EqualTo(2));
    }

    [Test]
    public async Task The_time_of_an_addition_is_published_for_the_cool_down_and_kept_by_later_changes()
    {
        await _account.RunAsync(101);
        var added = _account.Clock.GetUtcNow();
        _account.Clock.Advance(TimeSpan.FromMinutes(9));
        var last = _account.TargetIds[0];
        _account.Aws.State.RemoveMountTarget(last);

        var cooling = await _account.RunAsync(1_000_000);
        _account.Clock.Advance(TimeSpan.FromMinutes(2));
        var cooled = await _account.RunAsync(1_000_000);

        Assert.That((cooling.Decision, cooling.Published), Is.EqualTo((ScalingReason.CoolingDown, true)));
        Assert.That(cooled.Decision, Is.EqualTo(ScalingReason.ThresholdExceeded));
        Assert.That(cooling.DecisionDetail, Does.Contain(added.ToString("yyyy-MM-dd")));
    }

    private void Seed(int targets) =>
        _account.Aws.State.PutParameter(ScalingAccount.Parameter, ShardMapCodec.Serialize(new ShardMap
        {
            Layout = FileLayout.Bucketed,
            MountTargets = [.. Enumerable.Range(0, targets).Select(i => new MountTarget
            {
                MountTargetId = $"fsmt-{i:00000000000000000}", FileSystemId = "fs-other", IpAddress = $"10.9.0.{i}", SubnetId = $"subnet-{i:00000000000000000}",
            })],
            FileSystems = [new FileSystem { FileSystemId = "fs-other" }],
        }));

    private static ShardMap RandomMap(Random random, ScalingAccount account)
    {
        var targets = Enumerable.Range(0, random.Next(6))
            .Select(i => new MountTarget
            {
                MountTargetId = $"fsmt-{random.Next():x}{i}",
                FileSystemId = $"fs-{random.Next(2)}",
                IpAddress = random.Next(2) == 0 ? $"10.8.0.{i}" : null,
                Ipv6Address = random.Next(2) == 0 ? $"2001:db8::{i}" : null,
                AvailabilityZone = random.Next(2) == 0 ? "zone" : null,
                Weight = random.Next(101),
            })
            .Append(new MountTarget
            {
                MountTargetId = random.Next(2) == 0 ? account.TargetIds[0] : "fsmt-gone",
                FileSystemId = account.FileSystemId,
                Weight = random.Next(101),
                IpAddress = "10.7.7.7",
            })
            .ToList();
        var fileSystems = targets.Select(target => target.FileSystemId).Distinct().Select((id, i) => new FileSystem
        {
            FileSystemId = id,
            State = i == 0 ? FileSystemState.Active : (FileSystemState)random.Next(3),
            Weight = random.Next(101),
        });
        return new ShardMap { Revision = random.Next(100), Layout = (FileLayout)random.Next(2), MountTargets = targets, FileSystems = [.. fileSystems] };
    }
}
