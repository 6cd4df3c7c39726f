using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Deletes a file in one compound, and finds out what happened when the reply did not come.</summary>
internal sealed class FileRemover(
    NfsConversation conversation, NfsVolumeSettings settings, ServerAbilities abilities, NfsAttemptFence fence, TemporaryFiles temporaries)
{
    /// <returns>False when there was no regular file of that path.</returns>
    public async Task<bool> DeleteAsync(string path, DeleteAttempt attempt, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
        for (var tries = 0; ; tries++)
        {
            if ((!abilities.Verify.MayBeUsed || attempt.IsBeyondFence) && !await IsRegularAsync(path, attempt, deadline, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            attempt.Begin(path);
            var remove = new RemoveFileCompound(abilities.Verify.MayBeUsed, attempt.IsBeyondFence ? null : attempt.TemporaryName);
            try
            {
                await conversation.RunAsync(path, remove, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                if (await IsDoneAsync(path, attempt, lost, deadline).ConfigureAwait(false))
                {
                    return true;
                }

                await NfsConversation.DelayAsync(tries, lost.Message, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (remove.Status == NfsStatus.Ok || remove.WasRenamed)
            {
                return await EndAsync(path, attempt, remove, deadline).ConfigureAwait(false);
            }

            switch (remove.Status)
            {
                case NfsStatus.NoEnt or NfsStatus.NotDir when remove.FailedOperation != NfsOpcode.Rename || remove.Status == NfsStatus.NoEnt:
                case NfsStatus.NotSame or NfsStatus.Symlink:
                    return false;
                case NfsStatus.NoSpc or NfsStatus.DQuot when remove.FailedOperation == NfsOpcode.Rename:
                    // A full file system may have no room for one more name, and a deletion is what helps.
                    attempt.GoBeyondFence();
                    break;
                case var status when remove.FailedOperation == NfsOpcode.Verify && ServerAbilities.IsVerifyRefusal(status):
                    abilities.Verify.Refuse();
                    break;
                default:
                    throw NfsErrors.ToException(remove.Status, remove.FailedOperation, path, changes: true);
            }
        }
    }

    /// <summary>The file has lost its name; what is left of it is removed now or by the sweep.</summary>
    private async Task<bool> EndAsync(string path, DeleteAttempt attempt, RemoveFileCompound remove, Deadline deadline)
    {
        if (remove.Status is NfsStatus.NotEmpty or NfsStatus.Exist)
        {
            await RenameBackAsync(path, attempt.TemporaryName, deadline).ConfigureAwait(false);
            return false;
        }

        attempt.MarkDone();
        if (remove.Status is not (NfsStatus.Ok or NfsStatus.NoEnt))
        {
            temporaries.RemoveLater(path, attempt.TemporaryName);
        }

        return true;
    }

    /// <summary>A directory came in the file's place between two operations of the compound, and gets its name back, which can be asked for twice: the second time it has it.</summary>
    private async Task RenameBackAsync(string path, string ownName, Deadline deadline)
    {
        for (var tries = 0; ; tries++)
        {
            var back = new RenameBackCompound(ownName);
            try
            {
                await conversation.RunAsync(path, back, deadline, CancellationToken.None).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                await NfsConversation.DelayInDoubtAsync(tries, lost, deadline).ConfigureAwait(false);
                continue;
            }

            if (back.Status == NfsStatus.Ok || back is { Status: NfsStatus.NoEnt, FailedOperation: NfsOpcode.Rename })
            {
                return;
            }

            var refusal = NfsErrors.ToException(back.Status, back.FailedOperation, path, changes: true);
            throw new ChangeInDoubtException(
                path,
                $"A directory came to be at '{path}' while a file of that name was deleted. It is called '{ownName}' now, in the same directory, and could not be called '{path}' again: rename it. {refusal.Message}",
                refusal) { MayHaveTakenEffect = true };
        }
    }

    /// <summary>Fences what was sent, and makes sure that sending it again deletes nobody else's file.</summary>
    /// <exception cref="ChangeInDoubtException">Nobody can tell whether it took effect.</exception>
    private async Task<bool> IsDoneAsync(string path, DeleteAttempt attempt, SessionLostException lost, Deadline deadline)
    {
        switch (await fence.FenceOwnAsync(path, attempt, lost, deadline).ConfigureAwait(false))
        {
            case FenceResult.TookEffect:
                attempt.MarkDone();
                return true;
            case FenceResult.NoEffect:
                attempt.Renew();
                return false;
            default:
                throw new ChangeInDoubtException(
                    path, $"Deleting '{path}' was given up without an answer. There is a file that was made or changed meanwhile, and it was left alone. {lost.Message}", lost) { MayHaveTakenEffect = true };
        }
    }

    private async Task<bool> IsRegularAsync(string path, DeleteAttempt attempt, Deadline deadline, CancellationToken cancellationToken)
    {
        var stat = new StatCompound();
        await conversation.RunAsync(path, stat, deadline, cancellationToken).ConfigureAwait(false);
        if (stat.Status == NfsStatus.Ok)
        {
            attempt.SetMeant(stat.Attributes.Version);
        }

        return stat.Status switch
        {
            NfsStatus.Ok => stat.Attributes.Type == NfsFileType.Regular,
            NfsStatus.NoEnt or NfsStatus.NotDir or NfsStatus.Symlink => false,
            _ => throw NfsErrors.ToException(stat.Status, stat.FailedOperation, path, changes: false),
        };
    }
}
