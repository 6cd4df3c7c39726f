using EfsSharding.Nfs;
using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Diagnostics;
using EfsSharding.Scaling.Provisioning;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Counting.Nfs;

/// <summary>
/// The mount targets that one count goes through: one at a time, and the next when it does not answer, as all of them show the same
/// files. One that answered before gets a second try when the others have had theirs.
/// </summary>
internal sealed class CountingTargets(string fileSystemId, IElasticFileSystem efs, DirectNfsMounter mounter, ILogger logger)
    : ICountingTargets, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<DirectNfsVolume> _volumes = [];
    private readonly HashSet<string> _triedAgain = new(StringComparer.Ordinal);
    private Queue<MountTarget>? _untried;
    private (DirectNfsVolume Volume, MountTarget Target)? _inUse;
    private Exception? _problem;

    public async ValueTask<DirectNfsVolume> GetAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _untried ??= await ListAsync(cancellationToken).ConfigureAwait(false);
            while (_inUse is null && _untried.TryDequeue(out var target))
            {
                await TryAsync(target, cancellationToken).ConfigureAwait(false);
            }

            return _inUse?.Volume ?? throw Unavailable();
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask AbandonAsync(DirectNfsVolume volume, Exception fault)
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_inUse is { } inUse && inUse.Volume == volume)
            {
                Failed(inUse.Target, fault);
                _inUse = null;
                if (_triedAgain.Add(inUse.Target.MountTargetId))
                {
                    _untried!.Enqueue(inUse.Target);
                }
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_volumes.Select(volume => volume.DisposeAsync().AsTask())).ConfigureAwait(false);

    /// <summary>Those that are available first; one that is not may answer all the same.</summary>
    private async Task<Queue<MountTarget>> ListAsync(CancellationToken cancellationToken)
    {
        var targets = await efs.DescribeMountTargetsAsync(fileSystemId, cancellationToken).ConfigureAwait(false);
        return new Queue<MountTarget>(targets
            .Where(target => target.LifeCycleState is not (EfsLifeCycleState.Deleting or EfsLifeCycleState.Deleted) && (target.IpAddress ?? target.Ipv6Address) is not null)
            .OrderByDescending(target => target.IsAvailable())
            .ThenBy(target => target.MountTargetId, StringComparer.Ordinal)
            .Select(target => new MountTarget
            {
                MountTargetId = target.MountTargetId,
                FileSystemId = target.FileSystemId,
                IpAddress = target.IpAddress,
                Ipv6Address = target.Ipv6Address,
            }));
    }

    private async Task TryAsync(MountTarget target, CancellationToken cancellationToken)
    {
        try
        {
            var volume = await mounter.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            _volumes.Add(volume);
            _inUse = (volume, target);
            logger.CountingThrough(fileSystemId, target.MountTargetId);
        }
        catch (MountFailedException failure)
        {
            Failed(target, failure);
        }
    }

    private void Failed(MountTarget target, Exception problem)
    {
        _problem = problem;
        logger.CountingTargetFailed(problem, fileSystemId, target.MountTargetId);
    }

    private TargetUnavailableException Unavailable() => new(
        fileSystemId,
        _problem is null
            ? $"The files of {fileSystemId} cannot be counted over NFS: it has no mount target with an address. Make its first one, in the VPC of this process."
            : $"The files of {fileSystemId} cannot be counted over NFS: none of its mount targets serves. The last one that was tried said: {_problem.Message}",
        _problem);
}
