using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>
/// Gives a staged file its name: by a rename, or by a link when it must be the first. When the answer is lost it looks before it asks again:
/// a rename takes the temporary name away, a link counts, and both leave the file as it is.
/// </summary>
internal sealed class StagedFilePublisher(NfsConversation conversation, NfsVolumeSettings settings, TemporaryFiles temporaries, NfsObstacles obstacles)
{
    public async Task PublishAsync(NfsClient client, string path, PendingWrite write, OpenFileCompound staged, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
        var attempt = write.Current;
        if (attempt.Links)
        {
            var found = (await FindAsync(client, path, staged.Handle, deadline, cancellationToken).ConfigureAwait(false)).Attributes;
            attempt.SetStaged(new FileVersion(found.FileId, (ulong)found.Modified.UtcTicks, found.Size), found.Change);
        }
        else
        {
            attempt.SetStaged(new FileVersion(staged.Attributes.FileId, 0, 0));
        }

        await PublishAsync(client, path, write, staged.Handle, deadline, cancellationToken).ConfigureAwait(false);
        attempt.MarkPublished();
        if (attempt.Links)
        {
            temporaries.RemoveLater(path, attempt.TemporaryName);
        }
    }

    private async Task PublishAsync(NfsClient client, string path, PendingWrite write, FileHandle file, Deadline deadline, CancellationToken cancellationToken)
    {
        var attempt = write.Current;
        var wasLost = false;
        for (var tries = 0; ; tries++)
        {
            attempt.Begin(path);
            var publish = new PublishCompound(attempt.TemporaryName, file, attempt.Links);
            try
            {
                await conversation.RunAsync(client, path, publish, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                wasLost = true;
                if (await IsDoneAsync(client, path, attempt, file, tries, lost, deadline).ConfigureAwait(false))
                {
                    return;
                }

                continue;
            }

            // A rename whose source is gone, or a link that is there, after a doubt: the one before came after all.
            if (publish.Status == NfsStatus.Ok
                || (wasLost && publish is { FailedOperation: NfsOpcode.Rename, Status: NfsStatus.NoEnt })
                || (wasLost && publish is { FailedOperation: NfsOpcode.Link, Status: NfsStatus.Exist } && await IsOwnAsync(path, file, deadline).ConfigureAwait(false)))
            {
                return;
            }

            if (NfsObstacles.IsMet(publish))
            {
                await obstacles.ClearAsync(path, write.Mode, publish, tries, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (!NfsErrors.IsDelay(publish.Status))
            {
                throw NfsErrors.IsStale(publish.Status) ? new StaleFileException(path, publish.Status) : Publication.ToException(publish, path, attempt.Links);
            }

            await NfsConversation.DelayAsync(tries, $"it answers {publish.Status}", deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a publication whose answer was lost took effect. Nobody can cancel this: the caller must know.</summary>
    /// <exception cref="ChangeInDoubtException">Nobody can tell.</exception>
    /// <exception cref="TargetFaultException">There was no answer either.</exception>
    private async Task<bool> IsDoneAsync(NfsClient client, string path, WriteAttempt attempt, FileHandle file, int tries, SessionLostException lost, Deadline deadline)
    {
        await NfsConversation.DelayInDoubtAsync(tries, lost, deadline).ConfigureAwait(false);
        FenceResult result;
        try
        {
            result = attempt.Links
                ? await ResultOfLinkAsync(client, path, attempt, file, deadline).ConfigureAwait(false)
                : await ResultOfRenameAsync(path, attempt, deadline).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TargetFaultException($"{failure.Message} {lost.Message}", mayTakeEffect: true, failure);
        }

        return result == FenceResult.Unknown
            ? throw new ChangeInDoubtException(
                path, $"Writing '{path}' was given up without an answer. The file may have been there and be gone again: look before you write it again. {lost.Message}", lost) { MayHaveTakenEffect = true }
            : result == FenceResult.TookEffect;
    }

    private async Task<FenceResult> ResultOfRenameAsync(string path, WriteAttempt attempt, Deadline deadline)
    {
        var temporary = new StatCompound();
        await conversation.RunAsync(TemporaryFiles.Beside(path, attempt.TemporaryName), temporary, deadline, CancellationToken.None).ConfigureAwait(false);
        return temporary.Status switch
        {
            NfsStatus.Ok => FenceResult.NoEffect,
            NfsStatus.NoEnt or NfsStatus.NotDir => FenceResult.TookEffect,
            _ => throw NfsErrors.ToException(temporary.Status, temporary.FailedOperation, path, changes: false),
        };
    }

    private async Task<FenceResult> ResultOfLinkAsync(NfsClient client, string path, WriteAttempt attempt, FileHandle file, Deadline deadline)
    {
        var staged = await FindAsync(client, path, file, deadline, CancellationToken.None).ConfigureAwait(false);
        return staged.Attributes.Links > 1 || await IsOwnAsync(path, file, deadline).ConfigureAwait(false) ? FenceResult.TookEffect
            : staged.Attributes.Change == attempt.StagedChange && attempt.StagedChange != 0 ? FenceResult.NoEffect
            : FenceResult.Unknown;
    }

    private async Task<VersionCompound> FindAsync(NfsClient client, string path, FileHandle file, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            var version = new VersionCompound();
            string why;
            try
            {
                await conversation.SendAsync(client, file, version, deadline, cancellationToken).ConfigureAwait(false);
                if (version.Status == NfsStatus.Ok)
                {
                    return version;
                }

                if (!NfsErrors.IsDelay(version.Status))
                {
                    throw NfsErrors.IsStale(version.Status) ? new StaleFileException(path, version.Status) : NfsErrors.ToException(version.Status, version.FailedOperation, path, changes: true);
                }

                why = $"it answers {version.Status}";
            }
            catch (SessionLostException lost)
            {
                why = lost.Message;
            }

            await NfsConversation.DelayAsync(tries, why, deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsOwnAsync(string path, FileHandle file, Deadline deadline)
    {
        var destination = new StatCompound();
        await conversation.RunAsync(path, destination, deadline, CancellationToken.None).ConfigureAwait(false);
        return destination.Status == NfsStatus.Ok && destination.Handle.Equals(file);
    }
}
