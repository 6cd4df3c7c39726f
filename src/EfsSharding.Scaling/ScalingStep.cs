using System.Text.Json.Serialization;

namespace EfsSharding.Scaling;

/// <summary>One step of a run.</summary>
public sealed record ScalingStep
{
    /// <summary><c>count</c>, <c>decide</c>, <c>provision</c>, <c>publish</c> or <c>roll_out</c>.</summary>
    public required string Step { get; init; }

    /// <summary><c>done</c> when it changed something or answered what was asked, <c>nothing_to_do</c>, <c>planned</c> or <c>failed</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>What was found, done or would be done.</summary>
    public required string Detail { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    [JsonPropertyName("elapsed_s")]
    public required double ElapsedSeconds { get; init; }
}
