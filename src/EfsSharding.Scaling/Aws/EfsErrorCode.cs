namespace EfsSharding.Scaling.Aws;

/// <summary>The errors that the EFS API models for the operations of <see cref="IElasticFileSystem"/>, which throttling comes beside.</summary>
public static class EfsErrorCode
{
    /// <summary>The Availability Zone is not the one of the One Zone file system (400).</summary>
    public const string AvailabilityZonesMismatch = "AvailabilityZonesMismatch";

    /// <summary>The request is malformed or lacks something (400).</summary>
    public const string BadRequest = "BadRequest";

    /// <summary>There is no such file system (404).</summary>
    public const string FileSystemNotFound = "FileSystemNotFound";

    /// <summary>The file system is not available (409).</summary>
    public const string IncorrectFileSystemLifeCycleState = "IncorrectFileSystemLifeCycleState";

    /// <summary>EFS failed (500).</summary>
    public const string InternalServerError = "InternalServerError";

    /// <summary>The requested address is taken (409).</summary>
    public const string IpAddressInUse = "IpAddressInUse";

    /// <summary>The Availability Zone has a mount target, or the subnet is in another VPC than the existing ones (409).</summary>
    public const string MountTargetConflict = "MountTargetConflict";

    /// <summary>There is no such mount target (404).</summary>
    public const string MountTargetNotFound = "MountTargetNotFound";

    /// <summary>The account's quota of network interfaces in the Region is used up (409).</summary>
    public const string NetworkInterfaceLimitExceeded = "NetworkInterfaceLimitExceeded";

    /// <summary>The subnet has no free address (409).</summary>
    public const string NoFreeAddressesInSubnet = "NoFreeAddressesInSubnet";

    /// <summary>More than five security groups (400).</summary>
    public const string SecurityGroupLimitExceeded = "SecurityGroupLimitExceeded";

    /// <summary>A security group does not exist in the subnet's VPC (400).</summary>
    public const string SecurityGroupNotFound = "SecurityGroupNotFound";

    /// <summary>There is no such subnet (400).</summary>
    public const string SubnetNotFound = "SubnetNotFound";

    /// <summary>EFS is not offered in the Availability Zone (400).</summary>
    public const string UnsupportedAvailabilityZone = "UnsupportedAvailabilityZone";
}
