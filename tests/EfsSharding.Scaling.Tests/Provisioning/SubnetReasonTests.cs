using Amazon.EC2;
using Amazon.EC2.Model;
using EfsSharding.Scaling.Provisioning;
using EfsSharding.Scaling.Tests.Pipeline;
using NSubstitute;

namespace EfsSharding.Scaling.Tests.Provisioning;

/// <summary>Why no mount target can be made, in words that are true.</summary>
[TestFixture]
internal sealed class SubnetReasonTests
{
    [Test]
    public async Task A_VPC_that_shows_no_subnet_is_named_with_what_may_be_wrong()
    {
        await using var account = await ScalingAccount.StartAsync(options => options with { MountTargets = 0 });

        var report = await account.RunAsync(101, options => options.VpcId = "vpc-elsewhere");

        Assert.That(report.Error, Does.StartWith("provision: EC2 shows no available subnet of vpc-elsewhere")
            .And.Contain(account.FileSystemId).And.Contain("another Region").And.Contain("another account").And.Contain("VpcId"));
        Assert.That(account.Aws.Calls.Of("CreateMountTarget"), Is.Empty);
    }

    [TestCase("error", "delete it")]
    [TestCase("deleting", "'deleting'")]
    public async Task Zones_that_are_held_by_what_does_not_serve_are_told_with_its_names(string state, string consequence)
    {
        await using var account = await ScalingAccount.StartAsync();
        var held = account.Aws.State.Subnets.Skip(1).Select(subnet => account.Aws.State.AddMountTarget(account.FileSystemId, subnet.SubnetId)).ToList();
        foreach (var target in held)
        {
            account.Aws.State.SetMountTargetState(target.MountTargetId, state);
        }

        var report = await account.RunAsync(101);

        Assert.That((report.Error, report.Decision), Is.EqualTo(((string?)null, ScalingReason.ZonesUsedUp)));
        foreach (var target in held)
        {
            Assert.That(report.DecisionDetail, Does.Contain($"{target.MountTargetId} in {target.Subnet.AvailabilityZone} is '{state}'").And.Contain(consequence));
        }

        Assert.That(account.PublishedMap!.MountTargets, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_subnet_on_two_pages_is_one()
    {
        var ec2 = Ec2(new DescribeSubnetsResponse { Subnets = [Subnet("subnet-1")], NextToken = "2" }, new DescribeSubnetsResponse { Subnets = [Subnet("subnet-1"), Subnet("subnet-2")] });

        var subnets = await Catalog(ec2).ListAsync([], CancellationToken.None);

        Assert.That(subnets.Select(subnet => subnet.SubnetId), Is.EqualTo(new[] { "subnet-1", "subnet-2" }));
    }

    [Test]
    public void Pages_that_go_round_in_a_circle_end_the_run()
    {
        var ec2 = Ec2(new DescribeSubnetsResponse { Subnets = [Subnet("subnet-1")], NextToken = "1" });

        Assert.That(() => Catalog(ec2).ListAsync([], CancellationToken.None), Throws.InstanceOf<ScalingException>().With.Message.Contains("DescribeSubnets").And.Message.Contains("'1'"));
    }

    private static Subnet Subnet(string id) => new() { SubnetId = id, AvailabilityZone = "ap-northeast-1a", AvailableIpAddressCount = 9 };

    private static SubnetCatalog Catalog(IAmazonEC2 ec2) => new(ec2, new EfsScalingOptions { FileSystemId = "fs-1", VpcId = "vpc-1" });

    private static IAmazonEC2 Ec2(DescribeSubnetsResponse first, params DescribeSubnetsResponse[] rest)
    {
        var ec2 = Substitute.For<IAmazonEC2>();
        var calls = 0;
        ec2.DescribeSubnetsAsync(Arg.Any<DescribeSubnetsRequest>(), Arg.Any<CancellationToken>())
            .Returns(_ => calls++ is 0 ? first : calls < 1000 ? rest.ElementAtOrDefault(calls - 2) ?? first : throw new InvalidOperationException("asked for ever"));
        return ec2;
    }
}
