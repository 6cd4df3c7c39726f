using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Provisioning;

/// <summary>Reads the errors of CreateMountTarget.</summary>
internal static class CreateRefusals
{
    /// <summary>The errors that EFS models for CreateMountTarget; all others, throttling among them, end the run.</summary>
    public static CreateRefusal Of(string? errorCode) => errorCode switch
    {
        EfsErrorCode.MountTargetConflict => CreateRefusal.LookAgain,

        // A bad request can be about the subnet: one without IPv6, or of a place that EFS is not in.
        EfsErrorCode.NoFreeAddressesInSubnet or EfsErrorCode.SubnetNotFound or EfsErrorCode.BadRequest => CreateRefusal.NextSubnet,
        EfsErrorCode.AvailabilityZonesMismatch or EfsErrorCode.UnsupportedAvailabilityZone => CreateRefusal.SkipZone,
        _ => CreateRefusal.Stop,
    };

    public static string Advice(string? errorCode) => errorCode switch
    {
        EfsErrorCode.IpAddressInUse => "The address is taken; leave the choice of the address to EFS.",
        EfsErrorCode.NetworkInterfaceLimitExceeded =>
            "The account's quota 'Network interfaces per Region' (Amazon VPC) is used up; delete unused interfaces or ask for more.",
        EfsErrorCode.IncorrectFileSystemLifeCycleState => "The file system is not available now; a later run tries again.",
        EfsErrorCode.SecurityGroupLimitExceeded => "Set at most 5 SecurityGroupIds.",
        EfsErrorCode.SecurityGroupNotFound => "Set SecurityGroupIds to groups of the subnet's VPC. In a VPC that another account shares, its default group cannot be used: name one of this account's.",
        EfsErrorCode.FileSystemNotFound => "Check FileSystemId, the Region and the account.",
        EfsErrorCode.BadRequest => "Check SecurityGroupIds and IpAddressType.",
        EfsErrorCode.NoFreeAddressesInSubnet or EfsErrorCode.SubnetNotFound or EfsErrorCode.MountTargetConflict =>
            "Give the subnets free addresses, or add a subnet in a zone without a mount target.",
        "AccessDeniedException" or "AccessDenied" =>
            "Allow elasticfilesystem:CreateMountTarget, ec2:DescribeSubnets, ec2:DescribeNetworkInterfaces and ec2:CreateNetworkInterface.",
        _ => "A later run tries again.",
    };
}
