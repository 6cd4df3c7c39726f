namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>What <see cref="CreateMountTarget"/> sends.</summary>
internal sealed record CreateMountTargetBody
{
    public required string FileSystemId { get; init; }

    public required string SubnetId { get; init; }

    public IReadOnlyList<string>? SecurityGroups { get; init; }

    public string? IpAddressType { get; init; }
}
