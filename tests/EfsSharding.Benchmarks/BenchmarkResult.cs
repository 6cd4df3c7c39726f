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

    /// <summary>Requests to a server that one operation of ours took.</summary>
    public double? RoundTripsPerOperation { get; init; }

    /// <summary>Processor time of this process for one operation of ours, in microseconds.</summary>
    public double? CpuMicroseconds { get; init; }

    public double? BaselineCpuMicroseconds { get; init; }

    /// <summary>The working set after ours had run.</summary>
    public long? PeakMemoryBytes { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BenchmarkResult))]
internal sealed partial class BenchmarkJsonContext : JsonSerializerContext;
