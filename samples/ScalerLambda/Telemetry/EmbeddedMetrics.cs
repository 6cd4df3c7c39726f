using System.Text.Json;

namespace ScalerLambda.Telemetry;

/// <summary>
/// Metrics as log lines that CloudWatch turns into metrics, so that the function needs no call and no permission for them.
/// Source: CloudWatch user guide, "Specification: Embedded metric format".
/// </summary>
internal sealed class EmbeddedMetrics(JsonLines lines, TimeProvider timeProvider)
{
    private const string Namespace = "EfsSharding";
    private const string Dimension = "FileSystemId";

    public void Write(string fileSystemId, params IReadOnlyList<(string Name, string Unit, double Value)> metrics) => lines.Write(json =>
    {
        json.WriteStartObject("_aws");
        json.WriteNumber("Timestamp", timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
        json.WriteStartArray("CloudWatchMetrics");
        json.WriteStartObject();
        json.WriteString("Namespace", Namespace);
        json.WriteStartArray("Dimensions");
        json.WriteStartArray();
        json.WriteStringValue(Dimension);
        json.WriteEndArray();
        json.WriteEndArray();
        WriteDirectives(json, metrics);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString(Dimension, fileSystemId);
        foreach (var (name, _, value) in metrics)
        {
            json.WriteNumber(name, value);
        }
    });

    private static void WriteDirectives(Utf8JsonWriter json, IReadOnlyList<(string Name, string Unit, double Value)> metrics)
    {
        json.WriteStartArray("Metrics");
        foreach (var (name, unit, _) in metrics)
        {
            json.WriteStartObject();
            json.WriteString("Name", name);
            json.WriteString("Unit", unit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
