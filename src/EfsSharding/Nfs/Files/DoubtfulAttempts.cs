using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Storage;

namespace EfsSharding.Nfs.Files;

/// <summary>
/// Attempts that were given up without knowing how they ended. A temporary file that is there is removed, so that its rename or
/// link fails for good; where there is none, the name is taken, so that a compound that comes late fails at its first step.
/// </summary>
internal sealed class DoubtfulAttempts(NfsConversation conversation, NfsVolumeSettings settings, NfsBackground background, FileOpener opener)
{
    /// <summary>How long a taken name is kept: no request waits longer to be carried out.</summary>
    private static readonly TimeSpan KeepTaken = TimeSpan.FromSeconds(60);

    /// <returns>True when the attempt had become the destination.</returns>
    public async Task<bool> SettleAsync(string path, string temporaryName, bool mayComeLate, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var temporary = Beside(path, temporaryName);
            var staged = new StatCompound();
            await conversation.RunAsync(temporary, staged, deadline, cancellationToken).ConfigureAwait(false);
            if (staged.Status == NfsStatus.Ok)
            {
                await RemoveAsync(path, temporaryName, deadline, cancellationToken).ConfigureAwait(false);
                return await IsDestinationAsync(path, staged, deadline, cancellationToken).ConfigureAwait(false);
            }

            if (staged.Status is not (NfsStatus.NoEnt or NfsStatus.NotDir))
            {
                throw NfsErrors.ToException(staged.Status, staged.FailedOperation, path, changes: true);
            }

            if (!mayComeLate || await TakeAsync(temporary, deadline, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            await NfsConversation.DelayAsync(attempt, "an attempt in doubt is under way", deadline, cancellationToken).ConfigureAwait(false);
        }
    }

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

            if (remove.Status is NfsStatus.Ok or NfsStatus.NoEnt or NfsStatus.NotDir)
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
            // A file id may be used anew once its file is gone, which one that had a second name was not.
            NfsStatus.Ok => destination.Handle.Equals(staged.Handle) || (destination.Attributes.FileId == staged.Attributes.FileId && staged.Attributes.Links > 1),
            NfsStatus.NoEnt or NfsStatus.NotDir => false,
            _ => throw NfsErrors.ToException(destination.Status, destination.FailedOperation, path, changes: true),
        };
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
        background.Run(async closing =>
        {
            await Task.Delay(KeepTaken, settings.Time, closing).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
            var last = Deadline.After(settings.Time, settings.OperationTimeout);
            await RemoveAsync(temporary, Path.GetFileName(temporary), last, CancellationToken.None).ConfigureAwait(false);
        });
        return true;
    }
}
