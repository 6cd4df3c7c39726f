using EfsSharding.Targets;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EfsSharding.Diagnostics;

/// <summary>Healthy when every target serves, degraded when some do not, unhealthy when a file system has none or the store has not started.</summary>
internal sealed class StoreHealthCheck(StoreTargets targets) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (targets.InUse is not { } inUse)
        {
            return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, "The store has not started."));
        }

        var states = inUse.Volumes.ToDictionary(
            v => v.Target.MountTargetId, object (v) => v.Problem is { } problem ? $"{v.State}: {problem}" : v.State.ToString(), StringComparer.Ordinal);
        var unserved = inUse.Map.FileSystems.Select(f => f.FileSystemId).Where(id => !inUse.Serves(id)).ToList();
        if (unserved.Count > 0)
        {
            return Task.FromResult(new HealthCheckResult(
                context.Registration.FailureStatus, $"No mount target answers of {string.Join(", ", unserved)}.", exception: null, states));
        }

        var down = inUse.Volumes.Count(v => v.State != VolumeState.Up);
        return Task.FromResult(down > 0
            ? HealthCheckResult.Degraded($"{down} of {inUse.Volumes.Length} mount targets do not serve.", exception: null, states)
            : HealthCheckResult.Healthy($"{inUse.Volumes.Length} mount targets serve.", states));
    }
}
