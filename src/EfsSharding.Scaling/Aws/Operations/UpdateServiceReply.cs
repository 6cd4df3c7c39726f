namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>The reply to <see cref="UpdateService"/>.</summary>
internal sealed record UpdateServiceReply
{
    public required ServiceDescription Service { get; init; }
}
