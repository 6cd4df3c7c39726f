namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>The reply to <see cref="DescribeMountTargets"/>.</summary>
internal sealed record MountTargetPage
{
    public IReadOnlyList<MountTargetDescription>? MountTargets { get; init; }

    public string? NextMarker { get; init; }
}
