using Amazon.EC2;
using Amazon.EC2.Model;
using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Tests.Aws;

namespace EfsSharding.Scaling.Tests.LocalAws;

public class Ec2Tests : LocalAwsFixture
{
    [Test]
    public async Task A_subnet_is_described_with_what_provisioning_needs()
    {
        var made = Aws.State.Subnets[1];

        var subnet = (await DescribeAsync(("subnet-id", made.SubnetId))).Single();

        Assert.That(subnet.SubnetId, Is.EqualTo(made.SubnetId));
        Assert.That(subnet.VpcId, Is.EqualTo(Aws.Options.VpcId));
        Assert.That(subnet.AvailabilityZone, Is.EqualTo("ap-northeast-1b"));
        Assert.That(subnet.AvailabilityZoneId, Is.EqualTo("apne1-az3"));
        Assert.That(subnet.CidrBlock, Is.EqualTo("10.0.1.0/24"));
        Assert.That(subnet.AvailableIpAddressCount, Is.EqualTo(251));
        Assert.That(subnet.State, Is.EqualTo(SubnetState.Available));
    }

    [Test]
    public async Task A_mount_target_takes_an_address_of_its_subnet()
    {
        var subnet = Aws.State.Subnets[1];

        await Efs.CreateMountTargetAsync(new CreateMountTargetRequest { FileSystemId = Aws.Options.FileSystemId, SubnetId = subnet.SubnetId });

        Assert.That((await DescribeAsync(("subnet-id", subnet.SubnetId))).Single().AvailableIpAddressCount, Is.EqualTo(250));
    }

    [TestCase("vpc-id", "vpc-other", 1)]
    [TestCase("vpc-id", "vpc-*", 4)]
    [TestCase("vpc-id", "vpc-none", 0)]
    [TestCase("availability-zone", "ap-northeast-1a", 2)]
    [TestCase("availability-zone-id", "apne1-az?", 4)]
    [TestCase("cidr-block", "10.1.0.0/24", 1)]
    [TestCase("state", "available", 4)]
    public async Task Subnets_are_filtered(string filter, string value, int found)
    {
        Aws.State.AddSubnet(0, "10.1.0.0/24", vpcId: "vpc-other");

        Assert.That(await DescribeAsync((filter, value)), Has.Count.EqualTo(found));
    }

    [Test]
    public async Task Filters_are_joined_by_and_their_values_by_or()
    {
        var response = await Ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest
        {
            Filters =
            [
                new Filter("vpc-id", [Aws.Options.VpcId]),
                new Filter("availability-zone", ["ap-northeast-1a", "ap-northeast-1c"]),
            ],
        });

        Assert.That(response.Subnets.Select(s => s.SubnetId), Is.EqualTo(new[] { Aws.State.Subnets[0].SubnetId, Aws.State.Subnets[2].SubnetId }));
    }

    [Test]
    public async Task Subnets_come_in_pages()
    {
        await using var paged = await LocalAwsServer.StartAsync(new LocalAwsOptions { AvailabilityZones = 5, PageSize = 2 });
        using var ec2 = new AmazonEC2Client(paged.Credentials, paged.Configure(new AmazonEC2Config()));
        List<string> ids = [];

        await foreach (var subnet in ec2.Paginators.DescribeSubnets(new DescribeSubnetsRequest()).Subnets)
        {
            ids.Add(subnet.SubnetId);
        }

        Assert.That(ids, Is.EqualTo(paged.State.Subnets.Select(s => s.SubnetId)));
        Assert.That(paged.Calls.Of("DescribeSubnets"), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Errors_are_EC2s_own()
    {
        var unknown = await Assert.ThrowsAsync<AmazonEC2Exception>(
            () => Ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = ["subnet-none"] }));
        var invalid = await Assert.ThrowsAsync<AmazonEC2Exception>(() => DescribeAsync(("no-such-filter", "x")));
        Aws.Faults.Add(new InjectedFault { Service = "ec2", ErrorCode = "UnauthorizedOperation" });
        var unauthorized = await Assert.ThrowsAsync<AmazonEC2Exception>(() => DescribeAsync());

        Assert.That(unknown!.ErrorCode, Is.EqualTo("InvalidSubnetID.NotFound"));
        Assert.That(invalid!.ErrorCode, Is.EqualTo("InvalidParameterValue"));
        Assert.That(unauthorized!.ErrorCode, Is.EqualTo("UnauthorizedOperation"));
    }

    [Test]
    public async Task Throttling_is_retried()
    {
        Aws.Faults.Add(new InjectedFault { Service = "ec2", Kind = FaultKind.Throttle, Attempts = 1 });

        Assert.That(await DescribeAsync(), Has.Count.EqualTo(3));
        Assert.That(Aws.Calls.All.Select(call => call.ErrorCode), Is.EqualTo(new[] { "RequestLimitExceeded", null }));
    }

    private async Task<List<Subnet>> DescribeAsync(params (string Name, string Value)[] filters)
    {
        var response = await Ec2.DescribeSubnetsAsync(
            new DescribeSubnetsRequest { Filters = [.. filters.Select(f => new Filter(f.Name, [f.Value]))] });
        return response.Subnets ?? [];
    }
}
