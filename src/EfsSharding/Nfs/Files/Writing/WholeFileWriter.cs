using EfsSharding.Nfs.Diagnostics;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Writes a small file in one compound, and looks at what happened when the reply did not come.</summary>
internal sealed class WholeFileWriter(
    NfsConversation conversation, NfsVolumeSettings settings, ServerAbilities abilities, DoubtfulAttempts doubtful, NfsObstacles obstacles, NfsBackground background, ILogger logger)
{
    /// <returns>False when the server does not do it in one compound.</returns>
    public async Task<bool> TryWriteAsync(NfsClient client, string path, PendingWrite write, CancellationToken cancellationToken)
    {
        var deadline = NewDeadline();
        var links = write.Mode == FileWriteMode.CreateNew;
        var name = write.Current.TemporaryName;
        for (var attempt = 0; abilities.WholeFileWrite; attempt++)
        {
            write.Current.Begin(path);
            var whole = new WriteFileCompound(write.Content.Bytes, name, links, settings.FileMode);
            var lost = false;
            try
            {
                await conversation.RunAsync(client, path, whole, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException)
            {
                lost = true;
            }

            if (!lost && whole.Status == NfsStatus.Ok)
            {
                abilities.CurrentStateId.Confirm();
                write.Current.MarkPublished();
                if (links)
                {
                    background.Run(_ => doubtful.RemoveAsync(path, name, NewDeadline(), CancellationToken.None));
                }

                return true;
            }

            var ownExists = !lost && !whole.WasOpened && whole is { FailedOperation: NfsOpcode.Open, Status: NfsStatus.Exist };
            if (lost || ownExists)
            {
                if (await doubtful.SettleAsync(path, name, mayComeLate: false, deadline, cancellationToken).ConfigureAwait(false))
                {
                    write.Current.MarkPublished();
                    return true;
                }

                await NfsConversation.DelayAsync(attempt, "an attempt of its own is in doubt", deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (whole.WasOpened)
            {
                await ClearUpAsync(client, path, name, whole.OpenState, deadline, cancellationToken).ConfigureAwait(false);
            }

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
                throw Publication.ToException(whole, path, links);
            }
        }

        return false;
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

    private async Task ClearUpAsync(NfsClient client, string path, string name, StateId? open, Deadline deadline, CancellationToken cancellationToken)
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

        await doubtful.RemoveAsync(path, name, deadline, cancellationToken).ConfigureAwait(false);
    }

    private Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);
}
