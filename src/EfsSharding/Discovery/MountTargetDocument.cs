namespace EfsSharding.Discovery;

/// <summary>A member of <c>mount_targets</c>. The first four were in the first generation's documents.</summary>
internal sealed class MountTargetDocument
{
    public string? MountTargetId { get; set; }

    public string? IpAddress { get; set; }

    public string? AvailabilityZone { get; set; }

    public string? SubnetId { get; set; }

    public string? FileSystemId { get; set; }

    public string? Ipv6Address { get; set; }

    public string? AvailabilityZoneId { get; set; }

    public int? Weight { get; set; }
}
