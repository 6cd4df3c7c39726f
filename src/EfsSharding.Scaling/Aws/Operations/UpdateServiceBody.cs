namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>What <see cref="UpdateService"/> sends.</summary>
internal sealed record UpdateServiceBody
{
    public required string Cluster { get; init; }

    public required string Service { get; init; }

    public required bool ForceNewDeployment { get; init; }
}
