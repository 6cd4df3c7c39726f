using EfsSharding.Nfs.Diagnostics;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Writes a small file in one compound, and looks at what happened when the reply did not come.</summary>
internal sealed class WholeFileWriter(
    NfsConversation conversation, NfsVolumeSettings settings, ServerAbilities abilities, NfsAttemptFence fence, TemporaryFiles temporaries, NfsObstacles obstacles, ILogger logger)
{
    /// <returns>False when the server does not do it in one compound.</returns>
    public async Task<bool> TryWriteAsync(NfsClient client, string path, PendingWrite write, CancellationToken cancellationToken)
    {
        var deadline = NewDeadline();
        var links = write.Mode == FileWriteMode.CreateNew;
        for (var attempt = 0; abilities.WholeFileWrite; attempt++)
        {
            var name = write.Current.TemporaryName;
            write.Current.SetSent(settings.Time.GetTimestamp(), write.Content.Bytes);
            write.Current.Begin(path);
            var whole = new WriteFileCompound(write.Content.Bytes, name, links, settings.FileMode);
            SessionLostException? lost = null;
            try
            {
                await conversation.RunAsync(client, path, whole, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException e)
            {
                lost = e;
            }

            if (lost is null && whole.Status == NfsStatus.Ok)
            {
                abilities.CurrentStateId.Confirm();
                write.Current.MarkPublished();
                if (links)
                {
                    temporaries.RemoveLater(path, name);
                }

                return true;
            }

            if (lost is not null)
            {
                if (await IsDoneAsync(path, write.Current, lost, deadline).ConfigureAwait(false))
                {
                    return true;
                }

                await NfsConversation.DelayAsync(attempt, lost.Message, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (whole is { WasOpened: false, FailedOperation: NfsOpcode.Open, Status: NfsStatus.Exist })
            {
                // Nobody else chooses this name: an earlier try made the file, and was answered otherwise.
                temporaries.RemoveLater(path, name);
                write.Current.Renew();
                await NfsConversation.DelayAsync(attempt, "its temporary file is there already", deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var hadTemporary = whole.WasOpened
                ? await ClearUpAsync(client, path, name, whole.OpenState, deadline, cancellationToken).ConfigureAwait(false)
                : null;
            if (NfsErrors.IsDelay(whole.Status) || NfsErrors.IsStale(whole.Status))
            {
                await NfsConversation.DelayAsync(attempt, $"it answers {whole.Status}", deadline, cancellationToken).ConfigureAwait(false);
            }
            else if (NfsObstacles.IsMet(whole) && whole.WasOpened)
            {
                await obstacles.ClearAsync(path, write.Mode, whole, attempt, deadline, cancellationToken).ConfigureAwait(false);
            }
            else if (!IsRefusal(whole, attempt))
            {
                throw ToException(whole, path, links, hadTemporary);
            }
        }

        write.Current.Renew();
        return false;
    }

    /// <summary>What failed before the last operation was not published, nor what had its temporary name still when it was to be renamed.</summary>
    private static Exception ToException(WriteFileCompound whole, string path, bool links, bool? hadTemporary)
    {
        var failure = Publication.ToException(whole, path, links);
        var isOut = whole.FailedOperation == NfsOpcode.Rename ? hadTemporary == true : whole.FailedOperation != NfsOpcode.Link;
        return failure is TargetFaultException fault && isOut ? new TargetFaultException(fault.Message, mayTakeEffect: false, fault) : failure;
    }

    /// <summary>Fences what was sent, and makes sure that sending it again undoes nothing.</summary>
    /// <returns>True when it had taken effect, so that the write is done.</returns>
    /// <exception cref="ChangeInDoubtException">Nobody can tell whether it had.</exception>
    private async Task<bool> IsDoneAsync(string path, WriteAttempt attempt, SessionLostException lost, Deadline deadline)
    {
        switch (await fence.FenceOwnAsync(path, attempt, lost, deadline).ConfigureAwait(false))
        {
            case FenceResult.TookEffect:
                attempt.MarkPublished();
                return true;
            case FenceResult.NoEffect:
                attempt.Renew();
                return false;
            default:
                throw new ChangeInDoubtException(
                    path, $"Writing '{path}' was given up without an answer. What is there now may be somebody else's later change, and was left alone: look before you write it again. {lost.Message}", lost)
                { MayHaveTakenEffect = true };
        }
    }

    /// <summary>Whether the server refused the way, this once or for good, rather than the file.</summary>
    private bool IsRefusal(WriteFileCompound whole, int attempt)
    {
        switch (whole.FailedOperation)
        {
            case NfsOpcode.Verify when ServerAbilities.IsVerifyRefusal(whole.Status):
                abilities.Verify.Refuse();
                return true;
            case NfsOpcode.Verify when whole.Status is NfsStatus.NotSame or NfsStatus.Same:
                // A short write: the rest goes in further ones.
                abilities.WholeWrite.Refuse();
                return true;
            case NfsOpcode.Write or NfsOpcode.Close when ServerAbilities.IsStateIdRefusal(whole.Status, attempt):
                abilities.CurrentStateId.Refuse();
                return true;
            case NfsOpcode.Write or NfsOpcode.Close when NfsErrors.IsStateLost(whole.Status):
                return true;
            default:
                return false;
        }
    }

    /// <returns>Whether the file had its temporary name still.</returns>
    private async Task<bool?> ClearUpAsync(NfsClient client, string path, string name, StateId? open, Deadline deadline, CancellationToken cancellationToken)
    {
        if (open is { } state)
        {
            // The compound ended before its CLOSE. An open that the server forgot meanwhile needs none.
            try
            {
                await conversation.RunAsync(client, path, new CloseFileCompound(state, name), deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                NfsLog.NotClearedUp(logger, lost.Message);
            }
        }

        return await temporaries.RemoveAsync(path, name, deadline, cancellationToken).ConfigureAwait(false);
    }

    private Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);
}
