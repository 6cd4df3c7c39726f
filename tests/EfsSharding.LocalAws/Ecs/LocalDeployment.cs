namespace EfsSharding.LocalAws;

/// <summary>One deployment of a service.</summary>
public sealed record LocalDeployment
{
    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its tasks have replaced those of the one before.</summary>
    public required DateTimeOffset CompletedAt { get; init; }
}
