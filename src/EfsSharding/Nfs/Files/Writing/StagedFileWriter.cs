using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Writes a file in many writes to a temporary one, and publishes that.</summary>
internal sealed class StagedFileWriter(
    NfsConversation conversation, NfsVolumeSettings settings, FileOpener opener, DoubtfulAttempts doubtful, NfsObstacles obstacles, NfsBackground background, ILogger logger)
{
    public async Task WriteAsync(NfsClient client, string path, PendingWrite write, int chunkBytes, CancellationToken cancellationToken)
    {
        var name = write.Current.TemporaryName;
        for (var attempt = 0; ; attempt++)
        {
            var open = await OpenAsync(client, path, name, cancellationToken).ConfigureAwait(false);
            var file = new NfsOpenFile(conversation, client, path, open.Handle, open.State, settings.Time, settings.OperationTimeout);
            try
            {
                using (settings.Time.CreateTimer(_ => background.Run(_ => file.TouchAsync()), null, TemporaryName.TouchInterval, TemporaryName.TouchInterval))
                using (var writes = new UncommittedWrites(file, path, chunkBytes, settings.WriteBehind, settings.MaxUncommittedBytes, logger))
                {
                    await FileFiller.FillAsync(writes, write.Content, 0, cancellationToken).ConfigureAwait(false);
                }

                await file.CloseAsync(cancellationToken).ConfigureAwait(false);
                await PublishAsync(client, path, write, open.Handle, open.Attributes.FileId, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StaleFileException stale)
            {
                // The open died with the server's memory of it, or somebody removed the temporary file: all is written again.
                if (attempt >= 5 || !write.Content.TryRewind())
                {
                    throw new TargetFaultException(stale.Message, mayTakeEffect: false, stale);
                }
            }
            catch
            {
                background.Run(async _ =>
                {
                    await file.CloseAsync(CancellationToken.None).ConfigureAwait(false);
                    await doubtful.RemoveAsync(path, name, NewDeadline(), CancellationToken.None).ConfigureAwait(false);
                });
                throw;
            }
        }
    }

    private async Task<OpenFileCompound> OpenAsync(NfsClient client, string path, string name, CancellationToken cancellationToken)
    {
        var deadline = NewDeadline();
        for (var attempt = 0; ; attempt++)
        {
            var open = await opener.OpenAsync(client, path, name, OpenMode.CreateGuarded, deadline, cancellationToken).ConfigureAwait(false);
            if (open is { Status: NfsStatus.Ok })
            {
                return open;
            }

            if (open is not (null or { FailedOperation: NfsOpcode.Open, Status: NfsStatus.Exist }))
            {
                throw NfsErrors.ToException(open.Status, open.FailedOperation, path, changes: true);
            }

            // Nobody else chooses this name: what is there is an earlier try of this one.
            await doubtful.RemoveAsync(path, name, deadline, cancellationToken).ConfigureAwait(false);
            await NfsConversation.DelayAsync(attempt, "the temporary file could not be made", deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PublishAsync(NfsClient client, string path, PendingWrite write, FileHandle file, ulong fileId, CancellationToken cancellationToken)
    {
        var deadline = NewDeadline();
        var links = write.Mode == FileWriteMode.CreateNew;
        var name = write.Current.TemporaryName;
        var mayHaveExecuted = false;
        write.Current.SetStaged(new FileVersion(fileId, 0, 0));
        for (var attempt = 0; ; attempt++)
        {
            write.Current.Begin(path);
            var publish = new PublishCompound(name, file, links);
            try
            {
                await conversation.RunAsync(client, path, publish, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                mayHaveExecuted = true;
                await NfsConversation.DelayAsync(attempt, lost.Message, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            // A rename whose source is gone, or a link that is there, after a doubt: the first try took effect.
            var own = mayHaveExecuted && (links
                ? publish is { FailedOperation: NfsOpcode.Link, Status: NfsStatus.Exist } && await IsOwnAsync(path, file, deadline, cancellationToken).ConfigureAwait(false)
                : publish is { FailedOperation: NfsOpcode.Rename, Status: NfsStatus.NoEnt });
            if (publish.Status == NfsStatus.Ok || own)
            {
                write.Current.MarkPublished();
                if (links)
                {
                    background.Run(_ => doubtful.RemoveAsync(path, name, NewDeadline(), CancellationToken.None));
                }

                return;
            }

            if (NfsObstacles.IsMet(publish))
            {
                await obstacles.ClearAsync(path, write.Mode, publish, attempt, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (!NfsErrors.IsDelay(publish.Status))
            {
                throw NfsErrors.IsStale(publish.Status) ? new StaleFileException(path, publish.Status) : Publication.ToException(publish, path, links);
            }

            await NfsConversation.DelayAsync(attempt, $"it answers {publish.Status}", deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsOwnAsync(string path, FileHandle file, Deadline deadline, CancellationToken cancellationToken)
    {
        var destination = new StatCompound();
        await conversation.RunAsync(path, destination, deadline, cancellationToken).ConfigureAwait(false);
        return destination.Status == NfsStatus.Ok && destination.Handle.Equals(file);
    }

    private Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);
}
