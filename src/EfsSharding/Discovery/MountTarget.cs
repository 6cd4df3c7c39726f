namespace EfsSharding;

/// <summary>
/// One network way into a file system, as the shard map lists it. Binders of configuration use the constructor, so that nothing is required here: a store
/// that starts refuses a target without its ids.
/// </summary>
/// <param name="MountTargetId">The id, <c>fsmt-…</c>. Routing ranks targets by it, never by their place in a list.</param>
/// <param name="FileSystemId">The file system that it leads to, <c>fs-…</c>.</param>
/// <param name="IpAddress">The IPv4 address, or null for a target that has IPv6 only.</param>
/// <param name="Ipv6Address">The IPv6 address, or null for a target that has IPv4 only.</param>
/// <param name="AvailabilityZone">The Availability Zone's name in this account, for example <c>ap-northeast-1a</c>.</param>
/// <param name="AvailabilityZoneId">The Availability Zone's id, the same in every account, for example <c>apne1-az4</c>.</param>
/// <param name="SubnetId">The subnet that it is in, <c>subnet-…</c>.</param>
/// <param name="Weight">
/// Its share of the buckets relative to the others, 0…100; 1 when the document does not say. A target of weight 0 is used only when no other answers.
/// </param>
public sealed record MountTarget(
    string MountTargetId = "",
    string FileSystemId = "",
    string? IpAddress = null,
    string? Ipv6Address = null,
    string? AvailabilityZone = null,
    string? AvailabilityZoneId = null,
    string? SubnetId = null,
    int Weight = 1);
