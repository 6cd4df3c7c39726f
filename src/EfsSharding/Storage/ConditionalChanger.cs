using EfsSharding.Coordination;
using EfsSharding.Routing;
using EfsSharding.Targets;
using EfsSharding.Volumes;

namespace EfsSharding.Storage;

/// <summary>
/// Changes of files that are still of the version that their caller saw: one of any number of callers with one version wins. One whose end is not known is
/// not repeated through another target, as it would find its own change and take it for somebody else's.
/// </summary>
internal sealed class ConditionalChanger(ChangeRunner changes, StoreTurns turns, TimeProvider timeProvider)
{
    public Task ReplaceAsync(LocatedFile file, FileContent content, StoredVersion expected, CancellationToken cancellationToken) => RunAsync(
        file,
        "write",
        static async (volume, change, write, token) =>
        {
            await volume.WriteAsync(change.Path, write, token).ConfigureAwait(false);
            return true;
        },
        new PendingWrite(content, FileWriteMode.Replace) { Expected = expected, Lock = LockPlace.Of(file.Path) },
        static write => write.Abandon(),
        cancellationToken);

    public Task DeleteAsync(LocatedFile file, StoredVersion expected, CancellationToken cancellationToken) => RunAsync(
        file,
        "delete",
        static (volume, change, delete, token) => volume.DeleteAsync(change.Path, delete.Begin(), token),
        new PendingDelete(timeProvider.GetTimestamp()) { Expected = expected, Lock = LockPlace.Of(file.Path) },
        static delete =>
        {
            delete.Current.Abandon();
            return delete.Current;
        },
        cancellationToken);

    private async Task RunAsync<TChange>(
        LocatedFile file,
        string operation,
        Func<IVolume, PendingChange, TChange, CancellationToken, Task<bool>> call,
        TChange change,
        Func<TChange, ChangeAttempt> abandon,
        CancellationToken cancellationToken)
    {
        var holder = file.Route.Holders.Length == 1 ? file.Route.Owner : await changes.FindAsync(file, cancellationToken).ConfigureAwait(false);
        if (holder is null)
        {
            throw new VersionMismatchException(file.Path, null);
        }

        using var turn = await turns.EnterAsync(file, holder, cancellationToken).ConfigureAwait(false);
        try
        {
            await changes.RunAsync(
                file,
                holder,
                operation,
                static (volume, pending, s, token) => s.call(volume, pending, s.change, token),
                (call, change, abandon, turn),
                static (file, pending, s, fault) => IsDone(file, pending, s.abandon(s.change), s.turn, fault),
                cancellationToken).ConfigureAwait(false);
        }
        catch (VersionMismatchException e) when (e.Path != file.Path)
        {
            throw new VersionMismatchException(file.Path, e.PresentVersion, e);
        }
    }

    private static bool IsDone(LocatedFile file, PendingChange pending, ChangeAttempt attempt, PathTurn turn, TargetFaultException fault)
    {
        if (attempt.IsDone || !fault.MayTakeEffect)
        {
            return attempt.IsDone;
        }

        pending.Add(attempt, fault.Settled);
        turn.HoldUntil(fault.Settled);
        throw new ChangeInDoubtException(
            file.Path, $"Changing '{file.Path}' failed midway; it may be changed, or may yet be. Read it and decide again.", fault) { MayHaveTakenEffect = true };
    }
}
