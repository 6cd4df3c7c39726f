using EfsSharding;
using Samples;

namespace Worker.Settings;

/// <summary>The targets to use without a parameter: <c>EfsSharding__DefaultTargets__0__MountTargetId</c> and so on.</summary>
internal static class DefaultTargetVariables
{
    public static void Add(OptionVariables section, ICollection<MountTarget> targets)
    {
        for (var i = 0; Read(section, $"DefaultTargets__{i}__") is { } target; i++)
        {
            targets.Add(target);
        }
    }

    private static MountTarget? Read(OptionVariables section, string prefix)
    {
        var (id, fileSystem, address, ipv6) = (section.Find($"{prefix}MountTargetId"), section.Find($"{prefix}FileSystemId"), section.Find($"{prefix}IpAddress"), section.Find($"{prefix}Ipv6Address"));
        var (zone, zoneId, subnet, weight) = (section.Find($"{prefix}AvailabilityZone"), section.Find($"{prefix}AvailabilityZoneId"), section.Find($"{prefix}SubnetId"), 1);
        section.Number<int>($"{prefix}Weight", value => weight = value);
        return id is null && fileSystem is null && address is null && ipv6 is null ? null : new MountTarget
        {
            MountTargetId = id ?? "",
            FileSystemId = fileSystem ?? "",
            IpAddress = address,
            Ipv6Address = ipv6,
            AvailabilityZone = zone,
            AvailabilityZoneId = zoneId,
            SubnetId = subnet,
            Weight = weight,
        };
    }
}
