using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Storage;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files;

/// <summary>
/// Writes files by way of a temporary one: a small file in one compound, a large one in many writes and a last step that
/// publishes it. Whatever is in doubt is looked at before anything is published.
/// </summary>
internal sealed class NfsFileWriter(
    NfsConversation conversation, NfsVolumeSettings settings, ServerAbilities abilities, DoubtfulAttempts doubtful, NfsBackground background, ILogger logger)
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
            await AppendAsync(client, path, write, transfer.MaxWriteBytes, cancellationToken).ConfigureAwait(false);
        }
        else if (!write.Content.IsBuffered || write.Content.Bytes.Length > transfer.MaxWriteBytes
            || !await WriteWholeAsync(client, path, write, cancellationToken).ConfigureAwait(false))
        {
            await WriteStagedAsync(client, path, write, transfer.MaxWriteBytes, cancellationToken).ConfigureAwait(false);
        }
    }

    private Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);

    /// <returns>False when the server does not do it in one compound.</returns>
    private async Task<bool> WriteWholeAsync(NfsClient client, string path, PendingWrite write, CancellationToken cancellationToken)
    {
        var deadline = NewDeadline();
        var links = write.Mode == FileWriteMode.CreateNew;
        var name = write.Current.TemporaryName;
        for (var attempt = 0; abilities is { WholeFileWrite: true, Verify: true }; attempt++)
        {
            ThrowIfAbandoned(write);
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

            if (NfsErrors.IsDelay(whole.Status))
            {
                await NfsConversation.DelayAsync(attempt, $"it answers {whole.Status}", deadline, cancellationToken).ConfigureAwait(false);
            }
            else if (!IsRefusal(whole))
            {
                throw ToException(whole, path, links);
            }
        }

        return false;
    }

    /// <summary>Whether the server refused the way rather than the file.</summary>
    private bool IsRefusal(WriteFileCompound whole)
    {
        switch (whole.FailedOperation)
        {
            case NfsOpcode.Verify when whole.Status is NfsStatus.NotSupp or NfsStatus.AttrNotSupp or NfsStatus.Inval:
                abilities.RefuseVerify();
                return true;
            case NfsOpcode.Verify when whole.Status is NfsStatus.NotSame or NfsStatus.Same:
                // A short write: the rest goes in further ones.
                abilities.RefuseWholeFileWrite();
                return true;
            case NfsOpcode.Write or NfsOpcode.Close when NfsErrors.IsStateLost(whole.Status):
                abilities.RefuseWholeFileWrite();
                return true;
            default:
                return false;
        }
    }

    private static Exception ToException(FileCompound failed, string path, bool links) => links && failed is { FailedOperation: NfsOpcode.Link, Status: NfsStatus.Exist }
        ? new FileExistsException(path)
        : NfsErrors.ToException(failed.Status, failed.FailedOperation, path, changes: true);

    private static void ThrowIfAbandoned(PendingWrite write)
    {
        if (write.Current.IsAbandoned)
        {
            throw new TargetFaultException("The write was given up.", mayTakeEffect: false);
        }
    }

    private async Task WriteStagedAsync(NfsClient client, string path, PendingWrite write, int chunkBytes, CancellationToken cancellationToken)
    {
        var name = write.Current.TemporaryName;
        for (var attempt = 0; ; attempt++)
        {
            var open = await OpenTemporaryAsync(client, path, name, cancellationToken).ConfigureAwait(false);
            var file = new NfsOpenFile(conversation, client, path, open.Handle, open.State, settings.Time, settings.OperationTimeout);
            try
            {
                await FillAsync(file, path, write.Content, 0, chunkBytes, cancellationToken).ConfigureAwait(false);
                await file.CloseAsync(cancellationToken).ConfigureAwait(false);
                await PublishAsync(client, path, write, open.Handle, cancellationToken).ConfigureAwait(false);
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

    private async Task<OpenFileCompound> OpenTemporaryAsync(NfsClient client, string path, string name, CancellationToken cancellationToken)
    {
        var deadline = NewDeadline();
        for (var attempt = 0; ; attempt++)
        {
            var open = new OpenFileCompound(name, OpenMode.CreateGuarded, conversation.NextOwner(), settings.FileMode);
            var lost = false;
            try
            {
                await conversation.RunAsync(client, path, open, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException)
            {
                lost = true;
            }

            if (!lost && open.Status == NfsStatus.Ok)
            {
                return open;
            }

            if (!lost && !(open is { FailedOperation: NfsOpcode.Open, Status: NfsStatus.Exist }))
            {
                throw NfsErrors.ToException(open.Status, open.FailedOperation, path, changes: true);
            }

            // Nobody else chooses this name: what is there is an earlier try of this one.
            await doubtful.RemoveAsync(path, name, deadline, cancellationToken).ConfigureAwait(false);
            await NfsConversation.DelayAsync(attempt, "the temporary file could not be made", deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FillAsync(NfsOpenFile file, string path, FileContent content, long start, int chunkBytes, CancellationToken cancellationToken)
    {
        using var writes = new UncommittedWrites(file, path, chunkBytes, settings.WriteBehind, settings.MaxUncommittedBytes, logger);
        var head = content.Bytes;
        var offset = start;
        while (true)
        {
            var buffer = writes.Rent();
            var count = 0;
            while (count < chunkBytes)
            {
                int read;
                if (head.Length > 0)
                {
                    read = Math.Min(head.Length, chunkBytes - count);
                    head[..read].CopyTo(buffer.AsMemory(count));
                    head = head[read..];
                }
                else if ((read = await content.ReadAsync(buffer.AsMemory(count, chunkBytes - count), cancellationToken).ConfigureAwait(false)) == 0)
                {
                    break;
                }

                count += read;
            }

            if (count == 0)
            {
                System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
                break;
            }

            await writes.WriteAsync(offset, buffer, count, cancellationToken).ConfigureAwait(false);
            offset += count;
        }

        await writes.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task PublishAsync(NfsClient client, string path, PendingWrite write, FileHandle file, CancellationToken cancellationToken)
    {
        var deadline = NewDeadline();
        var links = write.Mode == FileWriteMode.CreateNew;
        var name = write.Current.TemporaryName;
        var mayHaveExecuted = false;
        for (var attempt = 0; ; attempt++)
        {
            ThrowIfAbandoned(write);
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

            if (!NfsErrors.IsDelay(publish.Status))
            {
                throw NfsErrors.IsStale(publish.Status) ? new StaleFileException(path, publish.Status) : ToException(publish, path, links);
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

    private async Task AppendAsync(NfsClient client, string path, PendingWrite write, int chunkBytes, CancellationToken cancellationToken)
    {
        var deadline = NewDeadline();
        var owner = conversation.NextOwner(); // a reply that was lost names an open that opening again finds
        NfsAttributes? begun = null;
        for (var attempt = 0; ; attempt++)
        {
            ThrowIfAbandoned(write);
            var open = new OpenFileCompound(null, OpenMode.OpenOrCreate, owner, settings.FileMode);
            string again;
            try
            {
                await conversation.RunAsync(client, path, open, deadline, cancellationToken).ConfigureAwait(false);
                if (open.Status == NfsStatus.Ok)
                {
                    begun ??= open.Attributes;
                    if (begun.Value.FileId != open.Attributes.FileId)
                    {
                        throw new TargetFaultException($"'{path}' was replaced while it was being appended to.", mayTakeEffect: true);
                    }

                    await FillOpenedAsync(client, path, write, open, begun.Value.Size, chunkBytes, cancellationToken).ConfigureAwait(false);
                    return;
                }

                if (!NfsErrors.IsDelay(open.Status))
                {
                    throw NfsErrors.ToException(open.Status, open.FailedOperation, path, changes: true);
                }

                again = $"it answers {open.Status}";
            }
            catch (SessionLostException lost)
            {
                // Opening it twice adds nothing.
                again = lost.Message;
            }
            catch (TargetFaultException fault) when (fault.InnerException is StaleFileException && write.Content.TryRewind())
            {
                // The open went with the server's memory. The same bytes at the same place add nothing either.
                again = fault.Message;
                owner = conversation.NextOwner();
            }

            await NfsConversation.DelayAsync(attempt, again, deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FillOpenedAsync(NfsClient client, string path, PendingWrite write, OpenFileCompound open, long start, int chunkBytes, CancellationToken cancellationToken)
    {
        var file = new NfsOpenFile(conversation, client, path, open.Handle, open.State, settings.Time, settings.OperationTimeout);
        try
        {
            await FillAsync(file, path, write.Content, start, chunkBytes, cancellationToken).ConfigureAwait(false);
            write.Current.MarkPublished();
        }
        catch (StaleFileException stale)
        {
            throw new TargetFaultException(stale.Message, mayTakeEffect: true, stale);
        }
        finally
        {
            background.Run(_ => file.CloseAsync(CancellationToken.None));
        }
    }
}
