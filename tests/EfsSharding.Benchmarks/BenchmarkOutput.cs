using System.Globalization;
using System.Text.Json;

namespace EfsSharding.Benchmarks;

/// <summary>Prints one line per case: JSON for programs, columns for people.</summary>
internal sealed class BenchmarkOutput(TextWriter writer, bool json)
{
    public bool IsJson => json;

    public void Write(BenchmarkResult result)
    {
        if (json)
        {
            writer.WriteLine(JsonSerializer.Serialize(result, BenchmarkJsonContext.Default.BenchmarkResult));
        }
        else
        {
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Benchmark,-9} {result.Case,-34} {result.Value,12:0.###} {result.Unit,-8} {result.Baseline ?? "-",-24} {result.BaselineValue,12:0.###} ratio {result.Ratio,6:0.000} {result.AllocatedBytes,12} B"));
        }

        writer.Flush();
    }
}
