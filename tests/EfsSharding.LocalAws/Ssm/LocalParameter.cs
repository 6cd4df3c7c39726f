namespace EfsSharding.LocalAws;

/// <summary>One version of a parameter.</summary>
public sealed record LocalParameter
{
    public required string Name { get; init; }

    public required string Value { get; init; }

    public required string Type { get; init; }

    public required string Tier { get; init; }

    public required string DataType { get; init; }

    /// <summary>The KMS key of a SecureString, as it was named.</summary>
    public string? KeyId { get; init; }

    public string? Description { get; init; }

    public string? AllowedPattern { get; init; }

    /// <summary>1, 2, 3, …</summary>
    public required long Version { get; init; }

    public required DateTimeOffset LastModified { get; init; }
}
