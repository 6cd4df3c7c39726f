using System.Text.Json.Serialization;

namespace EfsSharding.Benchmarks;

/// <summary>One case against its baseline.</summary>
internal sealed record BenchmarkResult
{
    public required string Benchmark { get; init; }

    public required string Case { get; init; }

    /// <summary>What ours took or reached, in <see cref="Unit"/>.</summary>
    public required double Value { get; init; }

    public required string Unit { get; init; }

    /// <summary>What it is compared with; null when the value stands alone.</summary>
    public string? Baseline { get; init; }

    public double? BaselineValue { get; init; }

    /// <summary>Ours divided by the baseline's, in time: lower is better.</summary>
    public double? Ratio => BaselineValue is { } baseline and > 0 ? Value / baseline : null;

    /// <summary>Bytes that ours allocated on the managed heap, per operation.</summary>
    public long? AllocatedBytes { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BenchmarkResult))]
internal sealed partial class BenchmarkJsonContext : JsonSerializerContext;
