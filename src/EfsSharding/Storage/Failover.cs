using EfsSharding.Diagnostics;
using EfsSharding.Routing;
using EfsSharding.Targets;
using EfsSharding.Volumes;

namespace EfsSharding.Storage;

/// <summary>Runs an operation on the best mount target of a file system that is up, and on the next when that one fails.</summary>
internal sealed class Failover(StoreMetrics metrics)
{
    /// <param name="inUse">The map and its volumes.</param>
    /// <param name="route">The file system, with its targets in the bucket's order.</param>
    /// <param name="operation">Names the operation in metrics.</param>
    /// <param name="call">One attempt. The volume is in use until its task ends.</param>
    /// <param name="state">What the attempt works on.</param>
    /// <param name="onFault">
    /// Looks at a failed attempt before the next target is tried: answers true when the operation turned out to be done, and throws when it
    /// must not be tried again. Null: every target may be tried.
    /// </param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <exception cref="TargetUnavailableException">No target of the file system answered.</exception>
    public async Task<TResult?> RunAsync<TState, TResult>(
        VolumesInUse inUse,
        FileSystemRoute route,
        string operation,
        Func<VolumeInUse, IVolume, TState, CancellationToken, Task<TResult>> call,
        TState state,
        Func<TState, TargetFaultException, bool>? onFault,
        CancellationToken cancellationToken)
    {
        List<VolumeInUse>? tried = null;
        TargetFaultException? lastFault = null;
        List<object>? hungMounts = null;

        // First those that are up, then whichever has not been tried and may serve: one of them may have come up meanwhile.
        for (var least = VolumeState.Up; least >= VolumeState.Suspect; least--)
        {
            foreach (var index in route.Targets)
            {
                var target = inUse.Volumes[index];
                if (target.State < least || tried?.Contains(target) == true || target.TryLend() is not { } volume)
                {
                    continue;
                }

                if (volume.Mount is { } mount && hungMounts?.Contains(mount) == true)
                {
                    // Another way of saying the same mount, which would be waited for again.
                    target.ReportFault(lastFault!);
                    target.Release();
                    (tried ??= []).Add(target);
                    continue;
                }

                if (index != route.Targets[0])
                {
                    metrics.AddFallback(operation, target.Target.MountTargetId);
                }

                StoreTrace.WentTo(operation, route.FileSystemId, target.Target.MountTargetId);
                var started = metrics.Start();
                Exception? error = null;
                try
                {
                    return await call(target, volume, state, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception failure) when (TargetFaultException.From(failure) is { } fault)
                {
                    error = lastFault = fault;
                    StoreTrace.Fault(operation, target.Target.MountTargetId, fault);
                    target.ReportFault(fault);
                    (tried ??= []).Add(target);
                    if (volume.Mount is { } hung)
                    {
                        (hungMounts ??= []).Add(hung);
                    }

                    if (onFault?.Invoke(state, fault) == true)
                    {
                        return default;
                    }
                }
                catch (Exception e)
                {
                    error = e;
                    throw;
                }
                finally
                {
                    metrics.End(started, operation, target.Target.MountTargetId, error);
                    target.Release();
                }
            }
        }

        throw Unavailable(inUse, route, lastFault);
    }

    private static TargetUnavailableException Unavailable(VolumesInUse inUse, FileSystemRoute route, TargetFaultException? lastFault)
    {
        var states = route.Targets
            .Select(i => inUse.Volumes[i])
            .Select(v => $"{v.Target.MountTargetId}: {StoreErrors.WithoutBuckets(v.Problem ?? v.State.ToString(), inUse.Map.Layout)}");
        return new TargetUnavailableException(
            route.FileSystemId,
            $"No mount target of {route.FileSystemId} answers; nothing was read, and nothing was written elsewhere. {string.Join("; ", states)}. "
            + "They are tried again in the background: retry later, and check the targets, their security groups and the network.",
            lastFault);
    }
}
