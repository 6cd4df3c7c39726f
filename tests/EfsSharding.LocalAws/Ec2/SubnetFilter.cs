using System.Text.RegularExpressions;

namespace EfsSharding.LocalAws.Ec2;

/// <summary>A filter of DescribeSubnets: any of the values, with EC2's wildcards <c>*</c> and <c>?</c>.</summary>
internal sealed record SubnetFilter(string Name, IReadOnlyList<string> Values)
{
    public bool Matches(LocalSubnet subnet)
    {
        var actual = Name switch
        {
            "vpc-id" => subnet.VpcId,
            "subnet-id" => subnet.SubnetId,
            "availability-zone" or "availabilityZone" => subnet.AvailabilityZone,
            "availability-zone-id" or "availabilityZoneId" => subnet.AvailabilityZoneId,
            "cidr-block" or "cidr" or "cidrBlock" => subnet.CidrBlock,
            "state" => "available",
            "available-ip-address-count" => subnet.AvailableIpAddressCount.ToString(),
            _ => throw new ServiceError("InvalidParameterValue", 400, $"The filter '{Name}' is invalid"),
        };
        return Values.Any(value => Regex.IsMatch(
            actual,
            "^" + Regex.Escape(value).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + "$",
            RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));
    }
}
