using Amazon.EC2;
using Amazon.EC2.Model;
using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Provisioning;

/// <summary>Lists the subnets that a mount target may be made in.</summary>
internal sealed class SubnetCatalog(IAmazonEC2 ec2, EfsScalingOptions options)
{
    /// <exception cref="ScalingException">The VPC is not known, or is not that of the mount targets there are.</exception>
    public async Task<IReadOnlyList<CandidateSubnet>> ListAsync(IReadOnlyList<MountTargetDescription> targets, CancellationToken cancellationToken)
    {
        var request = new DescribeSubnetsRequest { Filters = [new Filter("vpc-id", [VpcOf(targets)]), new Filter("state", ["available"])] };
        var subnets = new List<CandidateSubnet>();
        do
        {
            var page = await ec2.DescribeSubnetsAsync(request, cancellationToken).ConfigureAwait(false);
            subnets.AddRange((page.Subnets ?? [])
                .Where(subnet => options.SubnetIds.Count == 0 || options.SubnetIds.Contains(subnet.SubnetId))
                .Select(subnet => new CandidateSubnet(
                    subnet.SubnetId, subnet.AvailabilityZone, subnet.AvailabilityZoneId, subnet.AvailableIpAddressCount ?? 0)));
            request.NextToken = page.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));

        return subnets;
    }

    private string VpcOf(IReadOnlyList<MountTargetDescription> targets)
    {
        var present = targets.Select(target => target.VpcId).FirstOrDefault(vpc => !string.IsNullOrEmpty(vpc));
        if (string.IsNullOrEmpty(options.VpcId))
        {
            return present ?? throw new ScalingException(
                $"The VPC for a mount target of {options.FileSystemId} is not known: it has no mount target yet. Set VpcId.");
        }

        return present is null || present == options.VpcId
            ? options.VpcId
            : throw new ScalingException(
                $"VpcId is {options.VpcId}, but the mount targets of {options.FileSystemId} are in {present}, and EFS keeps them in one VPC. Set VpcId to {present}, or leave it out.");
    }
}
