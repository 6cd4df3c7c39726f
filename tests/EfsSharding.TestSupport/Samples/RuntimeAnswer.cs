using System.Text.Json;

namespace EfsSharding.TestSupport.Samples;

/// <summary>What the runtime posted.</summary>
internal sealed record RuntimeAnswer
{
    public required string RequestId { get; init; }

    public required bool IsError { get; init; }

    public string? ErrorType { get; init; }

    public required JsonElement Body { get; init; }

    public required DateTimeOffset At { get; init; }
}
