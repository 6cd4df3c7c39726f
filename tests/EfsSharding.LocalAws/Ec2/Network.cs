namespace EfsSharding.LocalAws.Ec2;

/// <summary>The VPCs' subnets, security groups and network interfaces.</summary>
internal sealed class Network(ResourceNames names, LocalAwsOptions options)
{
    private readonly List<LocalSubnet> _subnets = [];
    private readonly Dictionary<string, string> _vpcOfGroup = new(StringComparer.Ordinal);
    private int _interfaces;

    public IReadOnlyList<LocalSubnet> Subnets => _subnets;

    public HashSet<string> ZonesWithoutEfs { get; } = new(StringComparer.Ordinal);

    public LocalSubnet? Find(string subnetId) => _subnets.Find(subnet => subnet.SubnetId == subnetId);

    public LocalSubnet AddSubnet(string vpcId, int zone, string cidrBlock)
    {
        var zones = Math.Max(options.AvailabilityZones, zone + 1);
        var subnet = new LocalSubnet(
            names.NewId("subnet"), vpcId, $"{options.Region}{(char)('a' + zone)}", names.ZoneId(zone, zones), cidrBlock);
        _subnets.Add(subnet);
        return subnet;
    }

    public void AddSecurityGroup(string groupId, string vpcId) => _vpcOfGroup[groupId] = vpcId;

    public bool HasSecurityGroup(string groupId, string vpcId) => _vpcOfGroup.GetValueOrDefault(groupId) == vpcId;

    public string? NewInterface()
    {
        if (_interfaces >= options.NetworkInterfaceQuota)
        {
            return null;
        }

        _interfaces++;
        return names.NewId("eni");
    }

    public void RemoveInterface() => _interfaces--;
}
