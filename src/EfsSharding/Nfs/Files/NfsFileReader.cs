using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Storage;

namespace EfsSharding.Nfs.Files;

/// <summary>Reads files: a small one in one round trip, without an open where the server takes the anonymous stateid.</summary>
internal sealed class NfsFileReader(NfsConversation conversation, NfsVolumeSettings settings, ServerAbilities abilities, FileOpener opener)
{
    private const int FirstBytes = 64 * 1024;

    public async Task<byte[]> ReadAllBytesAsync(string path, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
        for (var attempt = 0; ; attempt++)
        {
            var begun = await BeginAsync(path, deadline, cancellationToken).ConfigureAwait(false);
            if (begun.File is null)
            {
                return begun.First;
            }

            try
            {
                return await ReadRestAsync(path, begun, cancellationToken).ConfigureAwait(false);
            }
            catch (StaleFileException replaced)
            {
                // Between two reads another file took the name: all of that one is read instead.
                await NfsConversation.DelayAsync(attempt, replaced.Message, deadline, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await begun.File.CloseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
        var begun = await BeginAsync(path, deadline, cancellationToken).ConfigureAwait(false);
        var transfer = (await begun.Client.GetSessionAsync(deadline, cancellationToken).ConfigureAwait(false)).Transfer;
        return new NfsReadStream(this, path, begun, transfer.MaxReadBytes, settings.ReadAhead);
    }

    /// <summary>Finds the file that a stream reads again, when its handle was forgotten but the file is still there.</summary>
    public async Task<BegunRead> ReopenAsync(string path, ulong fileId, StaleFileException stale, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
        var begun = await BeginAsync(path, deadline, cancellationToken).ConfigureAwait(false);
        return begun.FileId == fileId ? begun : throw new IOException(stale.Message, stale);
    }

    private async Task<BegunRead> BeginAsync(string path, Deadline deadline, CancellationToken cancellationToken)
    {
        var client = conversation.Choose();
        if (abilities.AnonymousRead)
        {
            var transfer = (await client.GetSessionAsync(deadline, cancellationToken).ConfigureAwait(false)).Transfer;
            var read = new ReadFileCompound(Math.Min(FirstBytes, transfer.MaxReadBytes));
            await conversation.RunAsync(client, path, read, deadline, cancellationToken).ConfigureAwait(false);
            CheckType(path, read.Attributes);
            if (read.Status == NfsStatus.Ok)
            {
                var rest = read.IsComplete ? null : Open(client, path, read.Handle, StateId.Anonymous);
                return new BegunRead(client, rest, read.Content, read.IsComplete ? read.Content.Length : read.Attributes.Size, read.Attributes.FileId);
            }

            if (read.FailedOperation != NfsOpcode.Read || !(NfsErrors.IsStateLost(read.Status) || read.Status == NfsStatus.NotSupp))
            {
                throw NfsErrors.ToException(read.Status, read.FailedOperation, path, changes: false);
            }

            abilities.RefuseAnonymousRead();
        }

        var open = (await opener.OpenAsync(client, path, null, OpenMode.ReadExisting, deadline, cancellationToken).ConfigureAwait(false))!;
        CheckType(path, open.Attributes);
        return open.Status == NfsStatus.Ok
            ? new BegunRead(client, Open(client, path, open.Handle, open.State), [], open.Attributes.Size, open.Attributes.FileId)
            : throw NfsErrors.ToException(open.Status, open.FailedOperation, path, changes: false);
    }

    private NfsOpenFile Open(NfsClient client, string path, FileHandle handle, StateId state) =>
        new(conversation, client, path, handle, state, settings.Time, settings.OperationTimeout);

    private static void CheckType(string path, in NfsAttributes attributes)
    {
        if (attributes.Type == NfsFileType.Symlink)
        {
            throw NfsErrors.ToException(NfsStatus.Symlink, NfsOpcode.Lookup, path, changes: false);
        }

        if (attributes.Type is not (NfsFileType.Regular or NfsFileType.None))
        {
            throw new FileNotFoundException($"'{path}' is not a regular file.", path);
        }
    }

    private async Task<byte[]> ReadRestAsync(string path, BegunRead begun, CancellationToken cancellationToken)
    {
        if (begun.Length > Array.MaxLength)
        {
            throw new IOException($"'{path}' has {begun.Length} bytes, more than an array can hold. Open it as a stream.");
        }

        var transfer = (await begun.Client.GetSessionAsync(Deadline.After(settings.Time, settings.OperationTimeout), cancellationToken).ConfigureAwait(false)).Transfer;
        var content = GC.AllocateUninitializedArray<byte>((int)begun.Length);
        begun.First.CopyTo(content, 0);
        var ends = new List<(int End, Task<int> Read)>();
        var offset = begun.First.Length;
        var length = offset;
        for (var next = 0; offset < content.Length || next < ends.Count;)
        {
            while (offset < content.Length && ends.Count - next < settings.ReadAhead)
            {
                var count = Math.Min(transfer.MaxReadBytes, content.Length - offset);
                ends.Add((offset, begun.File!.ReadAsync(offset, content.AsMemory(offset, count), cancellationToken)));
                offset += count;
            }

            var (start, read) = ends[next++];
            try
            {
                length = Math.Max(length, start + await read.ConfigureAwait(false));
            }
            catch
            {
                // What is still under way writes into this array only, which nobody gets.
                await Task.WhenAll(ends.Skip(next).Select(e => (Task)e.Read)).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
                throw;
            }
        }

        return length == content.Length ? content : content[..length];
    }
}
