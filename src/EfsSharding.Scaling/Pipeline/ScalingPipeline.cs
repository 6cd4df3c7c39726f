using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Diagnostics;
using EfsSharding.Scaling.Pipeline;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling;

/// <summary>
/// Counts, decides, provisions, publishes and rolls out. Each run compares what should be with what EFS, SSM and ECS say and does what is missing,
/// so that a run that died after any step is repaired by the next. Runs may overlap with those of other processes.
/// </summary>
public sealed class ScalingPipeline
{
    private readonly EfsScalingOptions _options;
    private readonly IElasticFileSystem _efs;
    private readonly ScalingStages _stages;
    private readonly ScalingTelemetry _telemetry;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<ScalingPipeline> _logger;

    internal ScalingPipeline(
        EfsScalingOptions options,
        IElasticFileSystem efs,
        ScalingStages stages,
        ScalingTelemetry telemetry,
        TimeProvider timeProvider,
        ILogger<ScalingPipeline> logger)
    {
        _options = options;
        _efs = efs;
        _stages = stages;
        _telemetry = telemetry;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>Runs once. A failure ends the run, is reported in <see cref="ScalingReport.Error"/>; later steps are not run.</summary>
    /// <param name="run">What is special about this run.</param>
    /// <param name="cancellationToken">Ends the run between or within its steps; the next one carries on.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public async Task<ScalingReport> RunAsync(ScalingRunOptions run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var activity = ScalingTelemetry.Source.StartActivity("efs_sharding.scaling.run");
        using var limit = LimitOf(run.TimeLimit);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var record = new RunRecord(
            new ScalingReport
            {
                Timestamp = _timeProvider.GetUtcNow(),
                FileSystemId = _options.FileSystemId,
                Threshold = _stages.Rule.ThresholdFor(mountTargets: 1),
                PlanOnly = run.PlanOnly ?? _options.PlanOnly,
            },
            _timeProvider);
        try
        {
            await new ScalingPass(_options, _efs, _stages, record, _timeProvider, _logger).RunAsync(run, linked.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var problem = limit.IsCancellationRequested && e is OperationCanceledException
                ? $"The run had {run.TimeLimit} and ran out of it at '{record.CurrentStep}'; a later run carries on from there."
                : e.Message;
            _logger.ScalingFailed(e, _options.FileSystemId, record.CurrentStep, problem);
            record.Report = record.Report with { Error = $"{record.CurrentStep}: {problem}" };
        }

        var report = record.Finished();
        _telemetry.Record(report);
        _logger.ScalingCompleted(_options.FileSystemId, report.ElapsedSeconds);
        return report;
    }

    /// <summary>A run that got no time at all is out of it at once; longer than a timer can be is without a limit.</summary>
    private CancellationTokenSource LimitOf(TimeSpan? time)
    {
        if (time is not { } limit || limit == Timeout.InfiniteTimeSpan || limit.TotalMilliseconds >= int.MaxValue)
        {
            return new CancellationTokenSource();
        }

        return limit > TimeSpan.Zero ? new CancellationTokenSource(limit, _timeProvider) : new CancellationTokenSource(TimeSpan.Zero);
    }
}
