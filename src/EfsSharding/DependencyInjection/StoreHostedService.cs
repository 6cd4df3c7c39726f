using EfsSharding.Targets;
using Microsoft.Extensions.Hosting;

namespace EfsSharding.DependencyInjection;

/// <summary>Starts a store with its host, so that what cannot work fails at once, and keeps its map fresh while nobody uses it.</summary>
internal sealed class StoreHostedService(StoreTargets targets, EfsShardingOptions options, TimeProvider timeProvider) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await targets.StartAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(options.RefreshInterval, timeProvider);
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                await targets.RefreshAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (ObjectDisposedException) when (targets.IsClosed)
        {
            // The container is disposed of before its host was stopped.
        }
    }
}
