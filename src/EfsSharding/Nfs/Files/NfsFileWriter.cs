using EfsSharding.Nfs.Session;
using EfsSharding.Storage;

namespace EfsSharding.Nfs.Files;

/// <summary>
/// Chooses the way of a write: a small file in one compound, a large one in many writes and a last step that publishes it.
/// Whatever is in doubt is looked at before anything is published.
/// </summary>
internal sealed class NfsFileWriter(
    NfsConversation conversation, NfsVolumeSettings settings, DoubtfulAttempts doubtful, WholeFileWriter whole, StagedFileWriter staged, FileAppender appender)
{
    public async Task WriteAsync(string path, PendingWrite write, CancellationToken cancellationToken)
    {
        foreach (var attempt in write.EarlierWrites)
        {
            await doubtful.SettleAsync(path, attempt.TemporaryName, mayComeLate: true, NewDeadline(), cancellationToken).ConfigureAwait(false);
        }

        foreach (var attempt in write.InDoubt)
        {
            // It may say that it published while it is being settled, having removed its own temporary name.
            if (attempt.IsPublished
                || await doubtful.SettleAsync(path, attempt.TemporaryName, mayComeLate: true, NewDeadline(), cancellationToken).ConfigureAwait(false)
                || attempt.IsPublished)
            {
                write.Current.MarkPublished();
                return;
            }
        }

        var client = conversation.Choose();
        var transfer = (await client.GetSessionAsync(NewDeadline(), cancellationToken).ConfigureAwait(false)).Transfer;
        if (write.Mode == FileWriteMode.Append)
        {
            await appender.AppendAsync(client, path, write, transfer.MaxWriteBytes, cancellationToken).ConfigureAwait(false);
        }
        else if (!write.Content.IsBuffered || write.Content.Bytes.Length > transfer.MaxWriteBytes
            || !await whole.TryWriteAsync(client, path, write, cancellationToken).ConfigureAwait(false))
        {
            await staged.WriteAsync(client, path, write, transfer.MaxWriteBytes, cancellationToken).ConfigureAwait(false);
        }
    }

    private Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);
}
