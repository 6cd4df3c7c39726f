using EfsSharding.Scaling;
using ScalerLambda.Runtime;
using ScalerLambda.Telemetry;

namespace ScalerLambda;

/// <summary>The function: one run of the pipeline for each event, whatever the event says.</summary>
internal sealed class ScalerFunction(ScalingPipeline pipeline, JsonLoggerProvider logs, EmbeddedMetrics metrics)
{
    public async Task<FunctionResult> HandleAsync(Invocation invocation, TimeSpan time, CancellationToken cancellationToken)
    {
        logs.RequestId = invocation.RequestId;
        var report = await pipeline.RunAsync(new ScalingRunOptions { TimeLimit = time }, cancellationToken);
        metrics.Write(report);
        return new FunctionResult(report.ToJson(), report.Error is null ? null : new FunctionError("Scaler.RunFailed", report.Error));
    }
}
