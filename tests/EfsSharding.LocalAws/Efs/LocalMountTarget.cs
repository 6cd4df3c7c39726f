using System.Net;

namespace EfsSharding.LocalAws;

/// <summary>A mount target of the account.</summary>
public sealed class LocalMountTarget
{
    public required string MountTargetId { get; init; }

    public required string FileSystemId { get; init; }

    public required LocalSubnet Subnet { get; init; }

    public required string NetworkInterfaceId { get; init; }

    public IPAddress? IpAddress { get; init; }

    public IPAddress? Ipv6Address { get; init; }

    public required IReadOnlyList<string> SecurityGroups { get; init; }

    /// <summary>When it stops being <c>creating</c>.</summary>
    public required DateTimeOffset AvailableAt { get; init; }

    /// <summary>A state that it was given; null while it goes its normal way.</summary>
    internal string? FixedState { get; set; }

    public string LifeCycleStateAt(DateTimeOffset now) => FixedState ?? (now >= AvailableAt ? "available" : "creating");
}
