namespace EfsSharding.Scaling.Aws;

/// <summary>Where to make a mount target (EFS API, CreateMountTarget).</summary>
public sealed record CreateMountTargetRequest
{
    /// <summary>The file system, <c>fs-…</c>.</summary>
    public required string FileSystemId { get; init; }

    /// <summary>A subnet of an Availability Zone where the file system has no mount target, <c>subnet-…</c>.</summary>
    public required string SubnetId { get; init; }

    /// <summary>At most five security groups, <c>sg-…</c>, of the subnet's VPC.</summary>
    /// <value>Empty: EFS takes the VPC's default security group.</value>
    public IReadOnlyList<string> SecurityGroups { get; init; } = [];

    /// <summary><c>IPV4_ONLY</c>, <c>IPV6_ONLY</c> or <c>DUAL_STACK</c>.</summary>
    /// <value>Null: EFS takes <c>IPV4_ONLY</c>.</value>
    public string? IpAddressType { get; init; }
}
