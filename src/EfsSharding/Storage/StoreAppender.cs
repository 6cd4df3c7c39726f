using EfsSharding.Coordination;
using EfsSharding.Routing;
using EfsSharding.Targets;
using EfsSharding.Volumes;

namespace EfsSharding.Storage;

/// <summary>
/// Appends: one at a time at a path, over all stores of this process. A file that is there is added to where it is; one that is not is
/// made at its owner with its whole content at once, which, unlike adding, can be repeated when its end is in doubt.
/// </summary>
internal sealed class StoreAppender(ChangeRunner changes, StoreTurns turns)
{
    /// <summary>How often a file may come and go meanwhile: each time somebody else's change was made.</summary>
    private const int MaxTries = 100;

    public async Task AppendAsync(LocatedFile file, FileContent content, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var isOnlyHolder = file.Route.Holders.Length == 1;
            var found = isOnlyHolder ? null : await changes.FindAsync(file, cancellationToken).ConfigureAwait(false);
            var holder = found ?? file.Route.Owner;
            using var turn = await turns.EnterAsync(file, holder, cancellationToken).ConfigureAwait(false);
            try
            {
                if (isOnlyHolder || found is not null)
                {
                    await AddAsync(file, holder, content, turn, cancellationToken).ConfigureAwait(false);
                    return;
                }
            }
            catch (FileNotFoundException) when (isOnlyHolder)
            {
                // It is made below.
            }
            catch (FileNotFoundException) when (tries < MaxTries)
            {
                continue;
            }

            try
            {
                await changes.PublishAsync(file, content, FileWriteMode.CreateNew, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (FileExistsException e) when (!content.TryRewind())
            {
                throw new ContentNotRepeatableException(
                    file.Path, $"Somebody else made '{file.Path}' while it was being appended to, and its content cannot be read again. Nothing was added: send it once more.", e);
            }
            catch (FileExistsException) when (tries < MaxTries)
            {
            }
        }
    }

    private async Task AddAsync(LocatedFile file, FileSystemRoute holder, FileContent content, PathTurn turn, CancellationToken cancellationToken)
    {
        try
        {
            await changes.RunAsync(
                file,
                holder,
                "write",
                static async (volume, change, s, token) =>
                {
                    await volume.WriteAsync(change.Path, s.write, token).ConfigureAwait(false);
                    return true;
                },
                (write: new PendingWrite(content, FileWriteMode.Append) { Lock = LockPlace.Of(file.Path) }, turn),
                static (file, _, s, fault) => IsDone(file, s.write, s.turn, fault),
                cancellationToken).ConfigureAwait(false);
        }
        catch (PartialAppendException e)
        {
            var message = $"Appending to '{file.Path}' failed midway, and {e.Left} bytes of it are at the end of the file: {e.Message}";
            throw e.InnerException is StorageFullException
                ? new StorageFullException(file.Path, message, e.InnerException) { MayHaveTakenEffect = true }
                : new ChangeInDoubtException(file.Path, message, e.InnerException) { MayHaveTakenEffect = true };
        }
    }

    private static bool IsDone(LocatedFile file, PendingWrite write, PathTurn turn, TargetFaultException fault)
    {
        if (write.Abandon().IsDone)
        {
            return true;
        }

        if (fault.MayTakeEffect)
        {
            turn.HoldUntil(fault.Settled);
            throw new ChangeInDoubtException(
                file.Path, $"Appending to '{file.Path}' failed midway; some or all of the bytes may be there, or may yet come. Read its end before you append again.", fault) { MayHaveTakenEffect = true };
        }

        return write.Content.TryRewind()
            ? false
            : throw new ContentNotRepeatableException(
                file.Path, $"Appending to '{file.Path}' failed, and its content cannot be read again for the next mount target. Nothing was added: send it once more.", fault);
    }
}
