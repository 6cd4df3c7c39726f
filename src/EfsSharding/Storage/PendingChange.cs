using EfsSharding.Coordination;
using EfsSharding.Routing;
using EfsSharding.Targets;
using EfsSharding.Volumes;

namespace EfsSharding.Storage;

/// <summary>
/// One change of one file that may need several targets: what it has to fence before each of its attempts, its own attempts that were
/// given up, and those of earlier changes. They are looked at each time, as another change may come to be in doubt at any moment.
/// </summary>
internal sealed class PendingChange(OperationsInDoubt inDoubt, VolumesInUse inUse, FileSystemRoute route, string path)
{
    private List<ChangeAttempt>? _own;
    private PathKey? _key;

    /// <summary>The physical path.</summary>
    public string Path => path;

    /// <summary>The file as every store of the process sees it.</summary>
    public PathKey Key => _key ??= new PathKey(route.FileSystemId, inUse.Volumes[route.Targets[0]].ServerPathOf(path));

    /// <summary>An attempt that failed turned out to have made the change.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether an attempt of this change was given up, may take effect, and could not be fenced.</summary>
    public bool MayHappenYet => _own?.Exists(static a => !a.IsFenced && !a.IsDone) == true;

    /// <summary>Whether another change of the same file is in doubt.</summary>
    public bool HasEarlierDoubts => !inDoubt.IsEmpty && inDoubt.On(Key).Except(_own ?? []).Any();

    /// <summary>Keeps an attempt of this change that was given up.</summary>
    public void Add(ChangeAttempt attempt, Task settled)
    {
        attempt.Settled = settled;
        (_own ??= []).Add(attempt);
        inDoubt.Add(Key, attempt, settled);
    }

    /// <summary>Makes sure, through a target that answers, that no attempt in doubt can take effect any more.</summary>
    /// <returns>True when one of this change's own had taken effect, so that it is done.</returns>
    public ValueTask<bool> SettleAsync(IVolume volume, CancellationToken cancellationToken) =>
        _own is not null || HasEarlierDoubts ? new ValueTask<bool>(SettleAllAsync(volume, cancellationToken)) : default;

    /// <summary>Does so for other changes alone, when this one has been made.</summary>
    public async Task FenceEarlierAsync(IVolume volume, CancellationToken cancellationToken)
    {
        foreach (var attempt in inDoubt.On(Key).Except(_own ?? []))
        {
            await volume.SettleAsync(path, attempt, cancellationToken).ConfigureAwait(false);
            End(attempt);
        }
    }

    private async Task<bool> SettleAllAsync(IVolume volume, CancellationToken cancellationToken)
    {
        ChangeAttempt[] own = [.. _own ?? []];
        foreach (var attempt in inDoubt.On(Key).Except(own).Concat(own).Where(static a => !a.IsFenced))
        {
            var isOwn = own.Contains(attempt);
            var tookEffect = (isOwn && attempt.IsDone)
                || await volume.SettleAsync(path, attempt, cancellationToken).ConfigureAwait(false)
                || (isOwn && attempt.IsDone);
            End(attempt);
            if (isOwn && tookEffect)
            {
                attempt.MarkDone();
                return true;
            }
        }

        return false;
    }

    private void End(ChangeAttempt attempt)
    {
        attempt.MarkFenced();
        inDoubt.Remove(Key, attempt);
    }
}
