using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Writes a file in many writes to a temporary one, and publishes that.</summary>
internal sealed class StagedFileWriter(
    NfsConversation conversation, NfsVolumeSettings settings, FileOpener opener, TemporaryFiles temporaries, StagedFilePublisher publisher, NfsBackground background, ILogger logger)
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
                await publisher.PublishAsync(client, path, write, open, cancellationToken).ConfigureAwait(false);
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
            catch (TargetFaultException fault) when (fault.MayTakeEffect && write.Current.HasBegun)
            {
                // The temporary file shows whether it was published, to the one that fences this attempt.
                throw;
            }
            catch
            {
                background.Run(async _ =>
                {
                    await file.CloseAsync(CancellationToken.None).ConfigureAwait(false);
                    await temporaries.RemoveAsync(path, name, NewDeadline(), CancellationToken.None).ConfigureAwait(false);
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
            await temporaries.RemoveAsync(path, name, deadline, cancellationToken).ConfigureAwait(false);
            await NfsConversation.DelayAsync(attempt, "the temporary file could not be made", deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    private Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);
}
