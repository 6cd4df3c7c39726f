using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Reading;

/// <summary>
/// Holds files open for as long as they are read, as a kernel does, so that servers keep what is replaced meanwhile. Every open that was made is
/// ended, also one that its caller did not wait for.
/// </summary>
internal sealed class FileHolder(NfsConversation conversation, FileFinder finder, NfsVolumeSettings settings, ServerAbilities abilities, FileOpener opener, NfsBackground background)
{
    /// <param name="client">The client that the open belongs to.</param>
    /// <param name="path">The file.</param>
    /// <param name="offset">Where to read in the same round trip.</param>
    /// <param name="count">How much to read there; 0: nothing.</param>
    /// <param name="deadline">Gives up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FileNotFoundException">There is no regular file of that path.</exception>
    public Task<HeldRead> HoldAsync(NfsClient client, string path, long offset, int count, Deadline deadline, CancellationToken cancellationToken) =>
        HoldAsync(client, path, conversation.NextOwner(), offset, count, deadline, cancellationToken);

    /// <summary>Opens again what the server no longer takes for open: after a lease that ran out, or a restart.</summary>
    /// <exception cref="FileChangedException">It is not the same file any more, or not there.</exception>
    public async Task<NfsOpenFile> RecoverAsync(string path, NfsOpenFile lost, StaleFileException stale, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
        for (var attempt = 0; ; attempt++)
        {
            var reopen = new ReopenFileCompound(lost.Owner);
            try
            {
                await conversation.SendAsync(lost.Client, lost.Handle, reopen, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException session)
            {
                await NfsConversation.DelayAsync(attempt, session.Message, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            switch (reopen.Status)
            {
                case NfsStatus.Ok:
                    return File(lost.Client, path, lost.Handle, reopen.State, lost.Owner);
                case var status when NfsErrors.IsStale(status):
                    throw Changed(path, stale);
                case NfsStatus.NotSupp or NfsStatus.Inval or NfsStatus.BadXdr or NfsStatus.OpIllegal:
                    return await RecoverByNameAsync(path, lost, stale, deadline, cancellationToken).ConfigureAwait(false);
                case var status when !NfsErrors.IsDelay(status):
                    throw NfsErrors.ToException(status, reopen.FailedOperation, path, changes: false);
            }

            await NfsConversation.DelayAsync(attempt, $"it answers {reopen.Status}", deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends an open; nobody waits for that.</summary>
    public void Release(NfsOpenFile file)
    {
        if (file.IsHeld)
        {
            background.Run(_ => file.CloseAsync(CancellationToken.None));
        }
    }

    private async Task<HeldRead> HoldAsync(
        NfsClient client, string path, ulong owner, long offset, int count, Deadline deadline, CancellationToken cancellationToken)
    {
        var holding = HoldToTheEndAsync(client, path, owner, offset, count, deadline);
        try
        {
            return await holding.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            background.Run(_ => EndAsync(holding));
            throw;
        }
        catch (Volumes.TargetFaultException)
        {
            // It may have been opened, or be yet: opened again by the same owner it is the same open, and can be ended.
            background.Run(_ => EndAsync(HoldToTheEndAsync(client, path, owner, 0, 0, Deadline.After(settings.Time, settings.OperationTimeout))));
            throw;
        }
    }

    /// <summary>The owner stays, so that an open that the server has after all is the same one.</summary>
    private async Task<NfsOpenFile> RecoverByNameAsync(string path, NfsOpenFile lost, StaleFileException stale, Deadline deadline, CancellationToken cancellationToken)
    {
        HeldRead held;
        try
        {
            held = await HoldAsync(lost.Client, path, lost.Owner, 0, 0, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            throw Changed(path, stale);
        }

        if (held.File.Handle.Equals(lost.Handle))
        {
            return held.File;
        }

        Release(held.File);
        throw Changed(path, stale);
    }

    private async Task<HeldRead> HoldToTheEndAsync(NfsClient client, string path, ulong owner, long offset, int count, Deadline deadline)
    {
        for (var attempt = 0; ; attempt++)
        {
            var hold = new HoldFileCompound(owner, offset, abilities.CurrentStateId.MayBeUsed ? count : 0);
            await finder.RunAsync(client, path, hold, deadline, CancellationToken.None).ConfigureAwait(false);
            if (hold.FailedOperation == NfsOpcode.Read && ServerAbilities.IsStateIdRefusal(hold.Status, attempt: 0))
            {
                abilities.CurrentStateId.Refuse();
            }

            if (hold.IsHeld)
            {
                if (hold.Chunk is not null)
                {
                    abilities.CurrentStateId.Confirm();
                }

                abilities.PromisesUnlinked = hold.IsPreserved;
                return new HeldRead(File(client, path, hold.Handle, hold.State, owner), hold.Attributes, hold.Chunk);
            }

            if (!hold.WasOpened)
            {
                throw NfsErrors.ToException(hold.Status, hold.FailedOperation, path, changes: false);
            }

            await opener.EndAsync(client, path, Path.GetFileName(path), hold.State, deadline, CancellationToken.None).ConfigureAwait(false);
            if (!NfsErrors.IsDelay(hold.Status) && !NfsErrors.IsStale(hold.Status) && !NfsErrors.IsStateLost(hold.Status))
            {
                throw NfsErrors.ToException(hold.Status, hold.FailedOperation, path, changes: false);
            }

            await NfsConversation.DelayAsync(attempt, $"it answers {hold.Status}", deadline, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task EndAsync(Task<HeldRead> holding)
    {
        var held = await holding.ConfigureAwait(false);
        held.Chunk?.Dispose();
        await held.File.CloseAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private NfsOpenFile File(NfsClient client, string path, FileHandle handle, StateId state, ulong owner) =>
        new(conversation, client, path, handle, state, settings.Time, settings.OperationTimeout) { Owner = owner };

    private static FileChangedException Changed(string path, StaleFileException stale) => new(
        path, $"'{path}' was replaced or deleted while it was being read, and the server no longer has what was open ({stale.Status}). Open it again.", stale);
}
