using System.Text.Json;

namespace EfsSharding.Scaling.Tests.AwsModels;

/// <summary>A call as the endpoint of tests/aws-models has logged it.</summary>
internal sealed record AwsModelsCall
{
    public required string Service { get; init; }

    public required string? Operation { get; init; }

    /// <summary>The members of the input by the model's names.</summary>
    public required JsonElement Input { get; init; }

    public required int Status { get; init; }

    /// <summary>The error's code; null when there was none.</summary>
    public required string? Error { get; init; }

    public required string? Message { get; init; }

    /// <summary>The members of the output by the model's names.</summary>
    public required JsonElement Output { get; init; }

    /// <summary>Whether it changed something.</summary>
    public bool HasEffect => Error is null && Operation is "CreateMountTarget" or "PutParameter" or "UpdateService";

    public override string ToString() => $"{Service} {Operation} {Input} {Status} {Error} {Message}";
}
