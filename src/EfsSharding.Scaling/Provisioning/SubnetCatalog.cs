using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Provisioning;

/// <summary>Lists the subnets that a mount target may be made in.</summary>
internal sealed class SubnetCatalog(IAmazonEC2 ec2, EfsScalingOptions options)
{
    /// <returns>At least one.</returns>
    /// <exception cref="ScalingException">The VPC is not known, is not that of the mount targets there are, or shows no subnet; or EC2 refuses.</exception>
    public async Task<IReadOnlyList<CandidateSubnet>> ListAsync(IReadOnlyList<MountTargetDescription> targets, CancellationToken cancellationToken)
    {
        var vpc = VpcOf(targets);
        var all = await DescribeAsync(vpc, cancellationToken).ConfigureAwait(false);
        var allowed = all.Where(subnet => options.SubnetIds.Count == 0 || options.SubnetIds.Contains(subnet.SubnetId)).ToList();
        if (all.Count == 0)
        {
            throw new ScalingException(
                $"EC2 shows no available subnet of {vpc}{(string.IsNullOrEmpty(options.VpcId) ? ", which is the VPC of the mount targets" : "")}, so that no mount target of {options.FileSystemId} can be made. "
                + "The VPC is in another Region, or belongs to another account that does not share its subnets with this one, or has none: check VpcId, the Region and the account.");
        }

        return allowed.Count > 0
            ? allowed
            : throw new ScalingException(
                $"None of the SubnetIds ({string.Join(", ", options.SubnetIds)}) is among the {all.Count} available subnets of {vpc}, so that no mount target of {options.FileSystemId} can be made. "
                + "Set SubnetIds to subnets of that VPC, or leave it out.");
    }

    private async Task<List<CandidateSubnet>> DescribeAsync(string vpc, CancellationToken cancellationToken)
    {
        var request = new DescribeSubnetsRequest { Filters = [new Filter("vpc-id", [vpc]), new Filter("state", ["available"])] };
        var subnets = new Dictionary<string, CandidateSubnet>(StringComparer.Ordinal);
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            do
            {
                var page = await ec2.DescribeSubnetsAsync(request, cancellationToken).ConfigureAwait(false);
                foreach (var subnet in page.Subnets ?? [])
                {
                    subnets[subnet.SubnetId] = new CandidateSubnet(
                        subnet.SubnetId, subnet.AvailabilityZone, subnet.AvailabilityZoneId, subnet.AvailableIpAddressCount ?? 0);
                }

                request.NextToken = page.NextToken;
                if (!string.IsNullOrEmpty(page.NextToken) && !tokens.Add(page.NextToken))
                {
                    throw new ScalingException($"EC2 DescribeSubnets of {vpc} repeats the page '{page.NextToken}'. A later run tries again.");
                }
            }
            while (!string.IsNullOrEmpty(request.NextToken));
        }
        catch (AmazonServiceException e)
        {
            throw new ScalingException(
                $"EC2 DescribeSubnets of {vpc} failed with {e.ErrorCode} (HTTP {(int)e.StatusCode}): {e.Message}"
                + (e.ErrorCode is "UnauthorizedOperation" ? " Allow ec2:DescribeSubnets." : " A later run tries again."),
                e);
        }

        return [.. subnets.Values];
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
