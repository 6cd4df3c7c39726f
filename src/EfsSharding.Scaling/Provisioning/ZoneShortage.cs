using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Provisioning;

/// <summary>Says why there is no zone to try.</summary>
internal static class ZoneShortage
{
    /// <param name="subnets">All subnets that may be used; at least one.</param>
    /// <param name="targets">All mount targets of the file system, in any state.</param>
    /// <param name="fileSystem">The file system.</param>
    /// <exception cref="ScalingException">A One Zone file system has no subnet in its zone.</exception>
    public static string Explain(IReadOnlyList<CandidateSubnet> subnets, IReadOnlyList<MountTargetDescription> targets, FileSystemDescription fileSystem)
    {
        if (fileSystem.AvailabilityZoneName is { } zone && !subnets.Any(subnet => subnet.Zone == zone))
        {
            throw new ScalingException(
                $"{fileSystem.FileSystemId} is a One Zone file system of {zone}, and there is no subnet in that zone to make its mount target in. Add one to the VPC, or to SubnetIds.");
        }

        var broken = targets
            .Where(target => target.TakesItsZone() && !target.IsThereOrComing())
            .Select(target => $"{target.MountTargetId} in {target.AvailabilityZoneName ?? target.SubnetId} is '{target.LifeCycleState}'"
                + (target.LifeCycleState == EfsLifeCycleState.Error ? ": delete it, so that another one can be made" : ""))
            .ToList();
        var holder = fileSystem.AvailabilityZoneName is null ? "every zone with a subnet has one" : "a One Zone file system takes one mount target, and has it";
        return broken.Count == 0 ? holder : $"{holder}; but {string.Join("; ", broken)}";
    }
}
