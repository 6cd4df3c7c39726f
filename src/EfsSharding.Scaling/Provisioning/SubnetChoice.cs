using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Provisioning;

/// <summary>Which subnets to try, in which order.</summary>
internal static class SubnetChoice
{
    /// <summary>
    /// The subnets of zones without a mount target: the zone whose best subnet has the most free addresses first, and within a zone the subnet
    /// with the most. The order does not depend on that of the input, so that parallel runs choose alike.
    /// </summary>
    /// <param name="subnets">All subnets that may be used.</param>
    /// <param name="targets">All mount targets of the file system, in any state.</param>
    /// <param name="oneZone">The only zone of a One Zone file system, by name.</param>
    public static IReadOnlyList<IReadOnlyList<CandidateSubnet>> ByZone(
        IReadOnlyList<CandidateSubnet> subnets, IReadOnlyList<MountTargetDescription> targets, string? oneZone)
    {
        var taken = targets.Where(target => target.TakesItsZone()).ToList();
        return [.. subnets
            .Where(subnet => oneZone is null || subnet.Zone == oneZone)
            .GroupBy(subnet => subnet.Zone, StringComparer.Ordinal)
            .Where(zone => !taken.Exists(target => IsInZone(target, [.. zone])))
            .Select(zone => (IReadOnlyList<CandidateSubnet>)[.. zone
                .OrderByDescending(subnet => subnet.FreeAddresses)
                .ThenBy(subnet => subnet.SubnetId, StringComparer.Ordinal)])
            .OrderByDescending(zone => zone[0].FreeAddresses)
            .ThenBy(zone => zone[0].Zone, StringComparer.Ordinal)];
    }

    /// <summary>Whether a mount target is in the zone of these subnets, by whatever EFS tells of its place.</summary>
    public static bool IsInZone(MountTargetDescription target, IReadOnlyList<CandidateSubnet> zone) =>
        zone.Any(subnet =>
            target.SubnetId == subnet.SubnetId
            || (target.AvailabilityZoneId is { } id && id == subnet.ZoneId)
            || (target.AvailabilityZoneName is { } name && name == subnet.Zone));
}
