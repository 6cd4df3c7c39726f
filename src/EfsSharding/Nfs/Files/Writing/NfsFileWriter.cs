using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>
/// Chooses the way of a write: a small file in one compound, a large one in many writes and a last step that publishes it.
/// </summary>
internal sealed class NfsFileWriter(
    NfsConversation conversation, NfsVolumeSettings settings, WholeFileWriter whole, StagedFileWriter staged, FileAppender appender)
{
    public async Task WriteAsync(string path, PendingWrite write, CancellationToken cancellationToken)
    {
        if (write.Mode == FileWriteMode.Append)
        {
            await appender.AppendAsync(path, write, cancellationToken).ConfigureAwait(false);
            return;
        }

        var client = conversation.Choose();
        var transfer = (await client.GetSessionAsync(NewDeadline(), cancellationToken).ConfigureAwait(false)).Transfer;
        if (!write.Content.IsBuffered || write.Content.Bytes.Length > transfer.MaxWriteBytes
            || !await whole.TryWriteAsync(client, path, write, cancellationToken).ConfigureAwait(false))
        {
            await staged.WriteAsync(client, path, write, transfer.MaxWriteBytes, cancellationToken).ConfigureAwait(false);
        }
    }

    private Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);
}
