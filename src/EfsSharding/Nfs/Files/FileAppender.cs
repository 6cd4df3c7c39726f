using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Storage;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files;

/// <summary>Adds bytes at a file's end. The end is found once, so that writing again after a doubt adds nothing twice.</summary>
internal sealed class FileAppender(NfsConversation conversation, NfsVolumeSettings settings, FileOpener opener, NfsObstacles obstacles, NfsBackground background, ILogger logger)
{
    private const int MaxAttempts = 5;

    public async Task AppendAsync(NfsClient client, string path, PendingWrite write, int chunkBytes, CancellationToken cancellationToken)
    {
        NfsAttributes? begun = null;
        for (var attempt = 1; ; attempt++)
        {
            Publication.ThrowIfAbandoned(write);
            var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
            var open = (await opener.OpenAsync(client, path, null, OpenMode.OpenOrCreate, deadline, cancellationToken).ConfigureAwait(false))!;
            if (NfsObstacles.IsMet(open))
            {
                await obstacles.ClearAsync(path, write.Mode, open, attempt, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (open.Status != NfsStatus.Ok)
            {
                throw NfsErrors.ToException(open.Status, open.FailedOperation, path, changes: true);
            }

            var file = new NfsOpenFile(conversation, client, path, open.Handle, open.State, settings.Time, settings.OperationTimeout);
            try
            {
                begun ??= open.Attributes.Type == NfsFileType.Regular
                    ? open.Attributes
                    : throw NfsErrors.ToException(NfsStatus.WrongType, NfsOpcode.Open, path, changes: true);
                if (begun.Value.FileId != open.Attributes.FileId)
                {
                    throw new TargetFaultException($"'{path}' was replaced while it was being appended to.", mayTakeEffect: true);
                }

                await FileFiller.FillAsync(file, path, write.Content, begun.Value.Size, chunkBytes, settings, logger, cancellationToken).ConfigureAwait(false);
                write.Current.MarkPublished();
                return;
            }
            catch (StaleFileException stale)
            {
                if (attempt >= MaxAttempts || !write.Content.TryRewind())
                {
                    throw new TargetFaultException(stale.Message, mayTakeEffect: true, stale);
                }
            }
            finally
            {
                background.Run(_ => file.CloseAsync(CancellationToken.None));
            }
        }
    }
}
