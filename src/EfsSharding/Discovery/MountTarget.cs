namespace EfsSharding;

/// <summary>One network way into a file system, as the shard map lists it.</summary>
public sealed record MountTarget
{
    /// <summary>The id, <c>fsmt-…</c>. Routing ranks targets by it, never by their place in a list.</summary>
    public required string MountTargetId { get; init; }

    /// <summary>The file system that it leads to, <c>fs-…</c>.</summary>
    public required string FileSystemId { get; init; }

    /// <summary>The IPv4 address, or null for a target that has IPv6 only.</summary>
    public string? IpAddress { get; init; }

    /// <summary>The IPv6 address, or null for a target that has IPv4 only.</summary>
    public string? Ipv6Address { get; init; }

    /// <summary>The Availability Zone's name in this account, for example <c>ap-northeast-1a</c>.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>The Availability Zone's id, the same in every account, for example <c>apne1-az4</c>.</summary>
    public string? AvailabilityZoneId { get; init; }

    /// <summary>The subnet that it is in, <c>subnet-…</c>.</summary>
    public string? SubnetId { get; init; }

    /// <summary>Its share of the buckets relative to the others, 0…100. A target of weight 0 is used only when no other answers.</summary>
    /// <value>1 when the document does not say.</value>
    public int Weight { get; init; } = 1;
}
