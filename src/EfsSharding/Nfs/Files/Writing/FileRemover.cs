using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Deletes a file in one compound, and finds out what happened when the reply did not come.</summary>
internal sealed class FileRemover(NfsConversation conversation, NfsVolumeSettings settings, ServerAbilities abilities, DoubtfulAttempts doubtful)
{
    /// <returns>False when there was no regular file of that path.</returns>
    public async Task<bool> DeleteAsync(string path, DeleteAttempt attempt, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
        var hasRoom = true;
        for (var tries = 0; ; tries++)
        {
            if (!abilities.Verify.MayBeUsed && !await IsRegularAsync(path, deadline, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            attempt.Begin(path);
            var remove = new RemoveFileCompound(abilities.Verify.MayBeUsed, hasRoom ? attempt.TemporaryName : null);
            try
            {
                await conversation.RunAsync(path, remove, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                if (await SettleAsync(path, attempt, lost, deadline).ConfigureAwait(false))
                {
                    attempt.MarkDone();
                    return true;
                }

                attempt.Renew();
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
                    hasRoom = false;
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
            await conversation.RunAsync(path, new RenameBackCompound(attempt.TemporaryName), deadline, CancellationToken.None).ConfigureAwait(false);
            return false;
        }

        attempt.MarkDone();
        if (remove.Status is not (NfsStatus.Ok or NfsStatus.NoEnt))
        {
            doubtful.RemoveLater(path, attempt.TemporaryName);
        }

        return true;
    }

    /// <summary>A call that is given up here has begun, so that a fault leaves it in doubt.</summary>
    private async Task<bool> SettleAsync(string path, DeleteAttempt attempt, SessionLostException lost, Deadline deadline)
    {
        try
        {
            return await doubtful.SettleAsync(path, attempt, deadline, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TargetFaultException fault) when (!fault.MayTakeEffect)
        {
            throw new TargetFaultException($"{fault.Message} {lost.Message}", mayTakeEffect: true, fault);
        }
    }

    private async Task<bool> IsRegularAsync(string path, Deadline deadline, CancellationToken cancellationToken)
    {
        var stat = new StatCompound();
        await conversation.RunAsync(path, stat, deadline, cancellationToken).ConfigureAwait(false);
        return stat.Status switch
        {
            NfsStatus.Ok => stat.Attributes.Type == NfsFileType.Regular,
            NfsStatus.NoEnt or NfsStatus.NotDir or NfsStatus.Symlink => false,
            _ => throw NfsErrors.ToException(stat.Status, stat.FailedOperation, path, changes: false),
        };
    }
}
