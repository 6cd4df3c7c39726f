using System.Text;
using System.Text.Json;
using EfsSharding.Scaling;
using ScalerLambda.Telemetry;

namespace EfsSharding.Deploy.Tests.Terraform;

/// <summary>Alarms look at metrics that the function writes.</summary>
[TestFixture]
internal sealed class AlarmTests
{
    [Test]
    public async Task MetricsOfTheScaler_AreWrittenByIt()
    {
        var module = await TerraformModule.GetAsync();
        var written = Written();
        var directive = written.GetProperty("_aws").GetProperty("CloudWatchMetrics")[0];
        var queries = module.Block("aws_cloudwatch_metric_alarm.no_zone_left").GetProperty("metric_query").EnumerateArray().ToList();
        var metrics = queries.Where(query => query.TryGetProperty("metric", out _)).Select(query => query.GetProperty("metric")[0]).ToList();
        Assert.That(metrics, Has.Count.EqualTo(2));
        Assert.Multiple(() =>
        {
            Assert.That(module.Block("local.scaler_metrics").GetString(), Is.EqualTo(directive.GetProperty("Namespace").GetString()));
            foreach (var metric in metrics)
            {
                Assert.That(metric.GetProperty("namespace").GetString(), Is.EqualTo("${local.scaler_metrics}"));
                Assert.That(
                    directive.GetProperty("Metrics").EnumerateArray().Select(entry => entry.GetProperty("Name").GetString()), Has.Member(metric.GetProperty("metric_name").GetString()));
                Assert.That(
                    metric.GetProperty("dimensions").EnumerateObject().Select(dimension => dimension.Name),
                    Is.EqualTo(directive.GetProperty("Dimensions")[0].EnumerateArray().Select(dimension => dimension.GetString())));
            }
        });
        var expression = queries.Single(query => query.TryGetProperty("expression", out _)).GetProperty("expression").GetString();
        foreach (var query in queries.Where(query => query.TryGetProperty("metric", out _)))
        {
            Assert.That(expression, Does.Match($@"\b{query.GetProperty("id").GetString()}\b"));
        }
    }

    private static JsonElement Written()
    {
        using var output = new MemoryStream();
        new EmbeddedMetrics(new JsonLines(output), TimeProvider.System).Write(new ScalingReport
        {
            FileSystemId = "fs-1",
            Timestamp = DateTimeOffset.UnixEpoch,
            Threshold = 1,
            FileCount = 2,
            ThresholdExceeded = true,
            MountTargets = 3,
        });
        return JsonDocument.Parse(Encoding.UTF8.GetString(output.ToArray())).RootElement;
    }
}
