namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>The reply to <see cref="DescribeServices"/>: the services found, and a reason for each that was not.</summary>
internal sealed record DescribeServicesReply
{
    public IReadOnlyList<ServiceDescription>? Services { get; init; }

    public IReadOnlyList<ServiceFailure>? Failures { get; init; }
}
