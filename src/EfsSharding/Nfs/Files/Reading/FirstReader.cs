using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Reading;

/// <summary>
/// Reads the beginning of a file, which is all of a small one, in the fewest round trips that the server allows: one without an
/// open, else one that opens and closes, else several.
/// </summary>
internal sealed class FirstReader(NfsConversation conversation, FileFinder finder, NfsVolumeSettings settings, ServerAbilities abilities, FileOpener opener, FileHolder holder, NfsBackground background)
{
    private const int FirstBytes = 64 * 1024;

    public async Task<BegunRead> ReadAsync(string path, Deadline deadline, CancellationToken cancellationToken)
    {
        var client = conversation.Choose();
        if (abilities.AnonymousRead.MayBeUsed)
        {
            var read = new ReadFileCompound(await FirstBytesAsync(client, deadline, cancellationToken).ConfigureAwait(false));
            await finder.RunAsync(client, path, read, deadline, cancellationToken).ConfigureAwait(false);
            CheckType(path, read.Attributes);
            if (read.Status == NfsStatus.Ok)
            {
                abilities.AnonymousRead.Confirm();
                var rest = read.IsComplete ? null : File(client, path, read.Handle, StateId.Anonymous);
                return new BegunRead(rest, read.Content, read.Attributes.Version);
            }

            if (read.FailedOperation != NfsOpcode.Read || !(NfsErrors.IsStateLost(read.Status) || read.Status == NfsStatus.NotSupp))
            {
                throw NfsErrors.ToException(read.Status, read.FailedOperation, path, changes: false);
            }

            abilities.AnonymousRead.Refuse();
        }

        if (abilities.CurrentStateId.MayBeUsed && await ReadOpenedAsync(client, path, deadline, cancellationToken).ConfigureAwait(false) is { } opened)
        {
            return opened;
        }

        var held = await HoldAsync(client, path, deadline, cancellationToken).ConfigureAwait(false);
        return new BegunRead(held.File, [], held.Attributes.Version);
    }

    /// <summary>Opens a file that is read as a whole.</summary>
    public Task<HeldRead> HoldAsync(string path, Deadline deadline, CancellationToken cancellationToken) =>
        HoldAsync(conversation.Choose(), path, deadline, cancellationToken);

    private async Task<HeldRead> HoldAsync(NfsClient client, string path, Deadline deadline, CancellationToken cancellationToken)
    {
        var held = await holder.HoldAsync(client, path, 0, 0, deadline, cancellationToken).ConfigureAwait(false);
        if (held.Attributes.Type is not (NfsFileType.Regular or NfsFileType.None))
        {
            holder.Release(held.File);
        }

        CheckType(path, held.Attributes);
        return held;
    }

    /// <returns>Null when the file is larger, so that it must stay open, or the server does not take the current stateid.</returns>
    private async Task<BegunRead?> ReadOpenedAsync(NfsClient client, string path, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var read = new ReadOpenedCompound(await FirstBytesAsync(client, deadline, cancellationToken).ConfigureAwait(false));
            await finder.RunAsync(client, path, read, deadline, cancellationToken).ConfigureAwait(false);
            if (read.Status == NfsStatus.Ok)
            {
                abilities.CurrentStateId.Confirm();
                CheckType(path, read.Attributes);
                return read.IsComplete ? new BegunRead(null, read.Content, read.Attributes.Version) : null;
            }

            if (read.OpenState is not { } state)
            {
                throw NfsErrors.ToException(read.Status, read.FailedOperation, path, changes: false);
            }

            background.Run(_ => CloseAsync(client, path, read.Handle, state));
            if (read.FailedOperation is NfsOpcode.Read or NfsOpcode.Close && ServerAbilities.IsStateIdRefusal(read.Status, attempt))
            {
                abilities.CurrentStateId.Refuse();
                return null;
            }

            if (!NfsErrors.IsDelay(read.Status) && !NfsErrors.IsStale(read.Status) && !NfsErrors.IsStateLost(read.Status))
            {
                throw NfsErrors.ToException(read.Status, read.FailedOperation, path, changes: false);
            }

            await NfsConversation.DelayAsync(attempt, $"it answers {read.Status}", deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the open of a compound that ended before its own CLOSE.</summary>
    private Task CloseAsync(NfsClient client, string path, FileHandle handle, StateId state) => handle.IsEmpty
        ? opener.EndAsync(client, path, Path.GetFileName(path), state, Deadline.After(settings.Time, settings.OperationTimeout), CancellationToken.None)
        : File(client, path, handle, state).CloseAsync(CancellationToken.None);

    private static async ValueTask<int> FirstBytesAsync(NfsClient client, Deadline deadline, CancellationToken cancellationToken) =>
        Math.Min(FirstBytes, (await client.GetSessionAsync(deadline, cancellationToken).ConfigureAwait(false)).Transfer.MaxReadBytes);

    private NfsOpenFile File(NfsClient client, string path, FileHandle handle, StateId state) =>
        new(conversation, client, path, handle, state, settings.Time, settings.OperationTimeout);

    private static void CheckType(string path, in NfsAttributes attributes)
    {
        if (attributes.Type is not (NfsFileType.Regular or NfsFileType.None))
        {
            throw NfsErrors.ToException(NfsStatus.WrongType, NfsOpcode.Lookup, path, changes: false);
        }
    }
}
