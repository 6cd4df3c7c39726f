using System.Net;

namespace EfsSharding.LocalAws;

/// <summary>A subnet and the addresses that are taken in it. AWS keeps the first four and the last address of every subnet.</summary>
public sealed class LocalSubnet
{
    private const int ReservedAtStart = 4;

    private readonly HashSet<uint> _taken = [];
    private readonly uint _first;
    private readonly uint _last;

    internal LocalSubnet(string subnetId, string vpcId, string availabilityZone, string availabilityZoneId, string cidrBlock)
    {
        SubnetId = subnetId;
        VpcId = vpcId;
        AvailabilityZone = availabilityZone;
        AvailabilityZoneId = availabilityZoneId;
        CidrBlock = cidrBlock;
        var network = IPNetwork.Parse(cidrBlock);
        var start = Number(network.BaseAddress);
        _first = start + ReservedAtStart;
        _last = start + (uint)((1L << (32 - network.PrefixLength)) - 2);
    }

    public string SubnetId { get; }

    public string VpcId { get; }

    public string AvailabilityZone { get; }

    public string AvailabilityZoneId { get; }

    public string CidrBlock { get; }

    /// <summary>The IPv6 block, <c>…::/64</c>, or null for a subnet that has none.</summary>
    public string? Ipv6CidrBlock { get; internal set; }

    public int AvailableIpAddressCount => (int)(_last - _first + 1) - _taken.Count;

    internal bool Contains(IPAddress address) => Number(address) is var number && number >= _first && number <= _last;

    /// <summary>Takes an address: the wanted one, or the lowest free one; null when it is taken or none is free.</summary>
    internal IPAddress? Take(IPAddress? wanted)
    {
        if (wanted is not null)
        {
            return _taken.Add(Number(wanted)) ? wanted : null;
        }

        for (var number = _first; number <= _last; number++)
        {
            if (_taken.Add(number))
            {
                return new IPAddress([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
            }
        }

        return null;
    }

    internal void Release(IPAddress address) => _taken.Remove(Number(address));

    private static uint Number(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return ((uint)bytes[0] << 24) | ((uint)bytes[1] << 16) | ((uint)bytes[2] << 8) | bytes[3];
    }
}
