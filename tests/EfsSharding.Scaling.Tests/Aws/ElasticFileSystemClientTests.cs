using System.Net;
using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Scaling.Tests.Aws;

public class ElasticFileSystemClientTests : LocalAwsFixture
{
    [Test]
    public async Task DescribeFileSystem_reads_a_regional_file_system()
    {
        var fileSystem = await Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId);

        Assert.That(fileSystem, Is.EqualTo(new FileSystemDescription
        {
            FileSystemId = Aws.Options.FileSystemId,
            LifeCycleState = EfsLifeCycleState.Available,
            NumberOfMountTargets = 1,
        }));
    }

    [Test]
    public async Task DescribeMountTargets_reads_every_member()
    {
        var subnet = Aws.State.Subnets[0];

        var targets = await Efs.DescribeMountTargetsAsync(Aws.Options.FileSystemId);

        var made = Aws.State.MountTargets[0];
        Assert.That(targets, Is.EqualTo(new[]
        {
            new MountTargetDescription
            {
                MountTargetId = made.MountTargetId,
                FileSystemId = Aws.Options.FileSystemId,
                SubnetId = subnet.SubnetId,
                LifeCycleState = EfsLifeCycleState.Available,
                IpAddress = "10.0.0.4",
                AvailabilityZoneName = "ap-northeast-1a",
                AvailabilityZoneId = "apne1-az2",
                VpcId = Aws.Options.VpcId,
                NetworkInterfaceId = made.NetworkInterfaceId,
                OwnerId = Aws.Options.AccountId,
            },
        }));
    }

    [Test]
    public async Task CreateMountTarget_makes_one_and_describes_it()
    {
        var subnet = Aws.State.Subnets[1];

        var created = await Efs.CreateMountTargetAsync(new CreateMountTargetRequest
        {
            FileSystemId = Aws.Options.FileSystemId,
            SubnetId = subnet.SubnetId,
            SecurityGroups = Aws.Options.SecurityGroups,
        });

        Assert.That(created.AvailabilityZoneName, Is.EqualTo(subnet.AvailabilityZone));
        Assert.That(Aws.State.MountTargets[^1].SecurityGroups, Is.EqualTo(Aws.Options.SecurityGroups));
        Assert.That(await Efs.DescribeMountTargetsAsync(Aws.Options.FileSystemId), Does.Contain(created));
    }

    [Test]
    public async Task DescribeFileSystem_reads_the_zone_of_a_One_Zone_file_system()
    {
        var subnet = Aws.State.Subnets[2];
        var made = Aws.State.AddFileSystem(oneZone: subnet);

        var fileSystem = await Efs.DescribeFileSystemAsync(made.FileSystemId);

        Assert.That(fileSystem.AvailabilityZoneName, Is.EqualTo(subnet.AvailabilityZone));
        Assert.That(fileSystem.AvailabilityZoneId, Is.EqualTo(subnet.AvailabilityZoneId));
    }

    [Test]
    public async Task DescribeFileSystem_of_none_is_FileSystemNotFound()
    {
        var error = await Assert.ThrowsAsync<ElasticFileSystemException>(() => Efs.DescribeFileSystemAsync("fs-none"));

        Assert.That(error!.ErrorCode, Is.EqualTo(EfsErrorCode.FileSystemNotFound));
        Assert.That(error.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(error.Message, Does.Contain("fs-none"));
    }

    [TestCase("IPV4_ONLY", true, false)]
    [TestCase("IPV6_ONLY", false, true)]
    [TestCase("DUAL_STACK", true, true)]
    public async Task CreateMountTarget_gives_addresses_of_the_wanted_kinds(string type, bool ipv4, bool ipv6)
    {
        var subnet = Aws.State.AddSubnet(1, "10.0.9.0/24", ipv6CidrBlock: "2001:db8::/64");

        var created = await Efs.CreateMountTargetAsync(new CreateMountTargetRequest
        {
            FileSystemId = Aws.Options.FileSystemId,
            SubnetId = subnet.SubnetId,
            IpAddressType = type,
        });

        Assert.That(created.IpAddress, ipv4 ? Is.EqualTo("10.0.9.4") : Is.Null);
        Assert.That(created.Ipv6Address, ipv6 ? Is.EqualTo("2001:db8::10") : Is.Null);
    }

    [Test]
    public async Task A_mount_target_is_creating_until_its_time_has_come()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var slow = await LocalAwsServer.StartAsync(
            new LocalAwsOptions { TimeProvider = clock, MountTargetCreationTime = TimeSpan.FromSeconds(90) });
        using var efs = new ElasticFileSystemClient(slow.Credentials, slow.Configure(new ElasticFileSystemConfig()));

        var created = await efs.CreateMountTargetAsync(
            new CreateMountTargetRequest { FileSystemId = slow.Options.FileSystemId, SubnetId = slow.State.Subnets[1].SubnetId });
        clock.Advance(TimeSpan.FromSeconds(89));
        var before = await efs.DescribeMountTargetsAsync(slow.Options.FileSystemId);
        clock.Advance(TimeSpan.FromSeconds(1));
        var after = await efs.DescribeMountTargetsAsync(slow.Options.FileSystemId);

        Assert.That(created.LifeCycleState, Is.EqualTo(EfsLifeCycleState.Creating));
        Assert.That(before[1].LifeCycleState, Is.EqualTo(EfsLifeCycleState.Creating));
        Assert.That(after[1].LifeCycleState, Is.EqualTo(EfsLifeCycleState.Available));
    }

    [TestCase(1, 5)]
    [TestCase(2, 3)]
    [TestCase(4, 2)]
    [TestCase(5, 1)]
    public async Task DescribeMountTargets_reads_all_pages(int pageSize, int pages)
    {
        await using var paged = await LocalAwsServer.StartAsync(
            new LocalAwsOptions { AvailabilityZones = 5, MountTargets = 5, PageSize = pageSize });
        using var efs = new ElasticFileSystemClient(paged.Credentials, paged.Configure(new ElasticFileSystemConfig()));

        var targets = await efs.DescribeMountTargetsAsync(paged.Options.FileSystemId);

        Assert.That(targets.Select(t => t.MountTargetId), Is.EqualTo(paged.State.MountTargets.Select(t => t.MountTargetId)));
        Assert.That(paged.Calls.Of("DescribeMountTargets"), Has.Count.EqualTo(pages));
    }

    [Test]
    public async Task DescribeMountTargets_of_a_file_system_without_any_is_empty()
    {
        var fileSystem = Aws.State.AddFileSystem();

        Assert.That(await Efs.DescribeMountTargetsAsync(fileSystem.FileSystemId), Is.Empty);
    }

    [Test]
    public async Task Arguments_are_needed()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Efs.DescribeFileSystemAsync(""));
        await Assert.ThrowsAsync<ArgumentException>(() => Efs.DescribeMountTargetsAsync(""));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Efs.CreateMountTargetAsync(null!));
        Assert.That(Aws.Calls.All, Is.Empty);
    }
}
