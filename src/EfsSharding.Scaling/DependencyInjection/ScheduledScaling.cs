using EfsSharding.Scaling.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.DependencyInjection;

/// <summary>Runs the pipeline again and again. A run that fails does not end it.</summary>
internal sealed class ScheduledScaling(
    ScalingPipeline pipeline, EfsScalingOptions options, TimeProvider timeProvider, ILogger<ScheduledScaling> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await pipeline.RunAsync(new ScalingRunOptions(), stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.ScheduledRunFailed(e, options.Interval);
            }

            await Task.Delay(options.Interval, timeProvider, stoppingToken).ConfigureAwait(false);
        }
    }
}
