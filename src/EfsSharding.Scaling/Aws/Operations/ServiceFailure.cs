namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>Why DescribeServices has nothing to say of a service (ECS API, Failure).</summary>
internal sealed record ServiceFailure
{
    public string? Arn { get; init; }

    public string? Reason { get; init; }

    public string? Detail { get; init; }
}
