using System.Text.Json;
using EfsSharding.Scaling;

namespace ScalerLambda.Telemetry;

/// <summary>
/// Metrics as log lines that CloudWatch turns into metrics, so that the function needs no call and no permission for them.
/// Source: CloudWatch user guide, "Specification: Embedded metric format".
/// </summary>
internal sealed class EmbeddedMetrics(JsonLines lines, TimeProvider timeProvider)
{
    private const string Namespace = "EfsSharding";
    private const string Dimension = "FileSystemId";

    public void Write(ScalingReport report)
    {
        var metrics = MetricsOf(report);
        lines.Write(json =>
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
            json.WriteString(Dimension, report.FileSystemId);
            foreach (var (name, _, value) in metrics)
            {
                json.WriteNumber(name, value);
            }
        });
    }

    // A number that the run did not come to is left out, so that it is not taken for 0.
    private static List<(string Name, string Unit, double Value)> MetricsOf(ScalingReport report)
    {
        var metrics = new List<(string Name, string Unit, double Value)>
        {
            ("RunDuration", "Seconds", report.ElapsedSeconds),
            ("RunFailures", "Count", report.Error is null ? 0 : 1),
            ("FileCountThreshold", "Count", report.Threshold),
            ("MountTargetsCreated", "Count", report.NewMountTargetCreated ? 1 : 0),
            ("DeploymentsTriggered", "Count", report.DeploymentTriggered ? 1 : 0),
        };
        if (report.FileCount is { } files)
        {
            metrics.Add(("FileCount", "Count", files));
        }

        if (report.ThresholdExceeded is { } exceeded)
        {
            metrics.Add(("ThresholdExceeded", "Count", exceeded ? 1 : 0));
        }

        if (report.MountTargets is { } mountTargets)
        {
            metrics.Add(("MountTargets", "Count", mountTargets));
        }

        return metrics;
    }

    private static void WriteDirectives(Utf8JsonWriter json, List<(string Name, string Unit, double Value)> metrics)
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
