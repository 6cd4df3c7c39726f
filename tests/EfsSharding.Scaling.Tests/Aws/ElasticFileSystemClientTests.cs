using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;

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
}
