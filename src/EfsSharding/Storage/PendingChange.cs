using EfsSharding.Coordination;
using EfsSharding.Routing;
using EfsSharding.Targets;
using EfsSharding.Volumes;

namespace EfsSharding.Storage;

/// <summary>
/// One change of one file that may need several targets: what it has to fence before each of its attempts, its own attempts that were
/// given up, and those of earlier changes. They are looked at each time, as another change may come to be in doubt at any moment.
/// </summary>
internal sealed class PendingChange(OperationsInDoubt inDoubt, LocatedFile file, FileSystemRoute route)
{
    private List<ChangeAttempt>? _own;
    private PathKey? _key;

    /// <summary>The physical path.</summary>
    public string Path { get; } = file.PhysicalPath;

    /// <summary>The file as every store of the process sees it.</summary>
    public PathKey Key => _key ??= new PathKey(route.FileSystemId, file.InUse.Volumes[route.Targets[0]].ServerPathOf(Path));

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
    /// <exception cref="ChangeInDoubtException">Nobody can tell whether one of its own had.</exception>
    /// <exception cref="EarlierChangeInDoubtException">Another one can still take effect, and no fence keeps it from that.</exception>
    public ValueTask<bool> FenceAsync(IVolume volume, CancellationToken cancellationToken) =>
        _own is not null || HasEarlierDoubts ? new ValueTask<bool>(FenceAllAsync(volume, cancellationToken)) : default;

    /// <summary>Does so for other changes alone, when this one has been made.</summary>
    public async Task FenceEarlierAsync(IVolume volume, CancellationToken cancellationToken)
    {
        foreach (var attempt in inDoubt.On(Key).Except(_own ?? []))
        {
            await FenceAsync(volume, attempt, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The change has come to its end: what it was to write is the caller's again.</summary>
    public void Close()
    {
        foreach (var attempt in _own ?? [])
        {
            (attempt as WriteAttempt)?.ForgetContent();
        }
    }

    private async Task<bool> FenceAllAsync(IVolume volume, CancellationToken cancellationToken)
    {
        ChangeAttempt[] own = [.. _own ?? []];
        foreach (var attempt in inDoubt.On(Key).Except(own).Concat(own).Where(static a => !a.IsFenced))
        {
            var result = attempt.IsDone ? FenceResult.TookEffect : await FenceAsync(volume, attempt, cancellationToken).ConfigureAwait(false);
            if (!own.Contains(attempt))
            {
                // Whether somebody else's took effect is nothing to this one.
                continue;
            }

            if (result == FenceResult.TookEffect || attempt.IsDone)
            {
                attempt.MarkDone();
                return true;
            }

            if (result == FenceResult.Unknown)
            {
                throw new ChangeInDoubtException(
                    file.Path,
                    $"Changing '{file.Path}' was given up on a mount target that does not answer. What is at the path now may be somebody else's later change, and was left alone: look before you repeat it.")
                { MayHaveTakenEffect = true };
            }
        }

        return false;
    }

    private async Task<FenceResult> FenceAsync(IVolume volume, ChangeAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt is DeleteAttempt { IsBeyondFence: true, Settled.IsCompleted: false })
        {
            throw _own?.Contains(attempt) == true
                ? new ChangeInDoubtException(
                    file.Path, $"Deleting '{file.Path}' on a full file system was given up on a mount target that does not answer, and may still happen.") { MayHaveTakenEffect = true }
                : new EarlierChangeInDoubtException(
                    file.Path, $"An earlier deletion of '{file.Path}' on a full file system is still held by a mount target that does not answer, and could undo this change. Retry once the target is back.");
        }

        var result = await volume.FenceAsync(Path, attempt, cancellationToken).ConfigureAwait(false);
        attempt.MarkFenced();
        inDoubt.Remove(Key, attempt);
        return result;
    }
}
