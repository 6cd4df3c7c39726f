using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>
/// Attempts that were given up without knowing how they ended. A temporary file that is there is removed, so that its rename or
/// link fails for good; where there is none, the name is taken, so that a compound that comes late fails at its first step.
/// </summary>
internal sealed class DoubtfulAttempts(NfsConversation conversation, NfsVolumeSettings settings, NfsBackground background, FileOpener opener)
{
    /// <summary>How long a taken name is kept: no request waits longer to be carried out.</summary>
    private static readonly TimeSpan KeepTaken = TimeSpan.FromSeconds(60);

    /// <returns>True when the attempt had taken effect.</returns>
    /// <exception cref="ChangeInDoubtException">It can take no effect any more, and nobody can tell whether it had.</exception>
    public async Task<bool> SettleAsync(string path, ChangeAttempt attempt, Deadline deadline, CancellationToken cancellationToken)
    {
        if (attempt is WriteAttempt write)
        {
            return write.IsDone
                || await SettleAsync(path, write.TemporaryName, mayComeLate: true, deadline, cancellationToken).ConfigureAwait(false)
                || write.IsDone

                // A file that was complete and has lost its temporary name has got its own.
                || write.Staged.IsKnown;
        }

        var tookEffect = attempt.IsDone;
        foreach (var name in ((DeleteAttempt)attempt).Names)
        {
            tookEffect |= await SettleDeletionAsync(path, name, ((DeleteAttempt)attempt).Started, deadline, cancellationToken).ConfigureAwait(false);
        }

        return tookEffect;
    }

    /// <returns>True when the write had become the destination.</returns>
    public async Task<bool> SettleAsync(string path, string temporaryName, bool mayComeLate, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var temporary = Beside(path, temporaryName);
            var staged = new StatCompound();
            await conversation.RunAsync(temporary, staged, deadline, cancellationToken).ConfigureAwait(false);
            if (staged.Status == NfsStatus.Ok)
            {
                // While the temporary file is there no other file has its id; and when it is gone no link comes any more.
                var wasDone = await IsDestinationAsync(path, staged, deadline, cancellationToken).ConfigureAwait(false);
                await RemoveAsync(path, temporaryName, deadline, cancellationToken).ConfigureAwait(false);
                return wasDone || await IsDestinationAsync(path, staged, deadline, cancellationToken).ConfigureAwait(false);
            }

            if (staged.Status is not (NfsStatus.NoEnt or NfsStatus.NotDir))
            {
                throw NfsErrors.ToException(staged.Status, staged.FailedOperation, path, changes: false);
            }

            if (!mayComeLate || await TakeAsync(temporary, deadline, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            await NfsConversation.DelayAsync(attempt, "an attempt in doubt is under way", deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes a temporary name that nobody waits for.</summary>
    public void RemoveLater(string path, string temporaryName) =>
        background.Run(_ => RemoveAsync(path, temporaryName, Deadline.After(settings.Time, settings.OperationTimeout), CancellationToken.None));

    /// <summary>Removes a temporary file; none is as good.</summary>
    public async Task RemoveAsync(string path, string temporaryName, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var remove = new RemoveTemporaryCompound(temporaryName);
            try
            {
                await conversation.RunAsync(path, remove, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                await NfsConversation.DelayAsync(attempt, lost.Message, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            // A directory with something in it was none of ours.
            if (remove.Status is NfsStatus.Ok or NfsStatus.NoEnt or NfsStatus.NotDir or NfsStatus.NotEmpty)
            {
                return;
            }

            throw NfsErrors.ToException(remove.Status, remove.FailedOperation, path, changes: true);
        }
    }

    private static string Beside(string path, string name)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? name : string.Concat(path.AsSpan(0, slash + 1), name);
    }

    private async Task<bool> IsDestinationAsync(string path, StatCompound staged, Deadline deadline, CancellationToken cancellationToken)
    {
        var destination = new StatCompound();
        await conversation.RunAsync(path, destination, deadline, cancellationToken).ConfigureAwait(false);
        return destination.Status switch
        {
            NfsStatus.Ok => destination.Attributes.FileId == staged.Attributes.FileId
                && destination.Attributes.Size == staged.Attributes.Size && destination.Attributes.Modified == staged.Attributes.Modified,
            NfsStatus.NoEnt or NfsStatus.NotDir => false,
            _ => throw NfsErrors.ToException(destination.Status, destination.FailedOperation, path, changes: true),
        };
    }

    /// <summary>
    /// A directory of the deletion's own name keeps its RENAME from ever being carried out. Whether it had been and what has the file's name
    /// now came later, nobody says: but a file that has not changed since the deletion began, by the server's clock, was there all the time.
    /// </summary>
    private async Task<bool> SettleDeletionAsync(string path, string ownName, long started, Deadline deadline, CancellationToken cancellationToken)
    {
        if (await FenceAsync(path, ownName, deadline, cancellationToken).ConfigureAwait(false) is not { } now)
        {
            return true;
        }

        var found = new StatCompound();
        await conversation.RunAsync(path, found, deadline, cancellationToken).ConfigureAwait(false);
        if (found.Status is NfsStatus.NoEnt or NfsStatus.NotDir)
        {
            return true;
        }

        if (found.Status != NfsStatus.Ok)
        {
            throw NfsErrors.ToException(found.Status, found.FailedOperation, path, changes: false);
        }

        return found.Attributes.MetadataChanged < now - settings.Time.GetElapsedTime(started)
            ? false
            : throw new ChangeInDoubtException(
                path, $"Deleting '{path}' was given up without an answer. There is a file that was made or changed meanwhile, and it was left alone.") { MayHaveTakenEffect = true };
    }

    /// <returns>The server's time, or null when the deletion has taken effect.</returns>
    private async Task<DateTimeOffset?> FenceAsync(string path, string ownName, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var fence = new FenceCompound(ownName);
            try
            {
                await conversation.RunAsync(path, fence, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                await NfsConversation.DelayAsync(attempt, lost.Message, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (fence.WasMade)
            {
                background.Run(closing => RemoveAfterAsync(path, ownName, closing));
            }

            switch (fence.Status)
            {
                case NfsStatus.Ok:
                    return fence.Attributes.MetadataChanged;
                case NfsStatus.NoEnt or NfsStatus.NotDir:
                    return null;
                case NfsStatus.Exist:
                    var taken = new StatCompound();
                    await conversation.RunAsync(Beside(path, ownName), taken, deadline, cancellationToken).ConfigureAwait(false);
                    if (taken is { Status: NfsStatus.Ok, Attributes.Type: NfsFileType.Directory })
                    {
                        return taken.Attributes.MetadataChanged;
                    }

                    await RemoveAsync(path, ownName, deadline, cancellationToken).ConfigureAwait(false);
                    return null;
                case var status when fence.WasMade || NfsErrors.IsDelay(status):
                    await NfsConversation.DelayAsync(attempt, $"it answers {status}", deadline, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    throw NfsErrors.ToException(fence.Status, fence.FailedOperation, path, changes: false);
            }
        }
    }

    private async Task RemoveAfterAsync(string path, string ownName, CancellationToken closing)
    {
        await Task.Delay(KeepTaken, settings.Time, closing).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        await RemoveAsync(path, ownName, Deadline.After(settings.Time, settings.OperationTimeout), CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<bool> TakeAsync(string temporary, Deadline deadline, CancellationToken cancellationToken)
    {
        var client = conversation.Choose();
        var open = await opener.OpenAsync(client, temporary, null, OpenMode.CreateGuarded, deadline, cancellationToken).ConfigureAwait(false);
        if (open is null or { Status: NfsStatus.Exist })
        {
            // It is taken, by whomever: the caller looks again.
            return false;
        }

        if (open.Status != NfsStatus.Ok)
        {
            throw NfsErrors.ToException(open.Status, open.FailedOperation, temporary, changes: true);
        }

        var file = new NfsOpenFile(conversation, client, temporary, open.Handle, open.State, settings.Time, settings.OperationTimeout);
        await file.CloseAsync(cancellationToken).ConfigureAwait(false);
        background.Run(closing => RemoveAfterAsync(temporary, Path.GetFileName(temporary), closing));
        return true;
    }
}
