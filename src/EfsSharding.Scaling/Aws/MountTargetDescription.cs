namespace EfsSharding.Scaling.Aws;

/// <summary>A mount target as EFS describes it (EFS API, MountTargetDescription).</summary>
public sealed record MountTargetDescription
{
    /// <summary>The id, <c>fsmt-…</c>.</summary>
    public required string MountTargetId { get; init; }

    /// <summary>The file system that it leads to, <c>fs-…</c>.</summary>
    public required string FileSystemId { get; init; }

    /// <summary>The subnet that it is in, <c>subnet-…</c>.</summary>
    public required string SubnetId { get; init; }

    /// <summary>One of <see cref="EfsLifeCycleState"/>, or a state that EFS added since.</summary>
    public required string LifeCycleState { get; init; }

    /// <summary>The IPv4 address; null for a target that has IPv6 only.</summary>
    public string? IpAddress { get; init; }

    /// <summary>The IPv6 address; null for a target that has IPv4 only.</summary>
    public string? Ipv6Address { get; init; }

    /// <summary>The Availability Zone's name in this account, for example <c>ap-northeast-1a</c>.</summary>
    public string? AvailabilityZoneName { get; init; }

    /// <summary>The Availability Zone's id, the same in every account, for example <c>apne1-az4</c>.</summary>
    public string? AvailabilityZoneId { get; init; }

    /// <summary>The VPC, <c>vpc-…</c>, the same for all mount targets of a file system.</summary>
    public string? VpcId { get; init; }

    /// <summary>The network interface that EFS made for it, <c>eni-…</c>.</summary>
    public string? NetworkInterfaceId { get; init; }

    /// <summary>The account that owns it.</summary>
    public string? OwnerId { get; init; }
}
