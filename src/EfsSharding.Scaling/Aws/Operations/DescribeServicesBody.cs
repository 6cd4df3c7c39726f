namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>What <see cref="DescribeServices"/> sends.</summary>
internal sealed record DescribeServicesBody
{
    public required string Cluster { get; init; }

    public required IReadOnlyList<string> Services { get; init; }
}
