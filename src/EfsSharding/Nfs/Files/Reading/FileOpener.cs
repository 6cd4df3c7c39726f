using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Reading;

/// <summary>Opens files that stay open. An open whose attributes did not come is ended and made again.</summary>
internal sealed class FileOpener(NfsConversation conversation, NfsVolumeSettings settings)
{
    /// <param name="client">The client that the open belongs to.</param>
    /// <param name="path">The file, or one beside it.</param>
    /// <param name="name">The name to open beside the path; null: the path's own.</param>
    /// <param name="mode">Whether it is made.</param>
    /// <param name="deadline">Gives up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The open or the error; null when a file that must be new may have been made, or not.</returns>
    public async Task<OpenFileCompound?> OpenAsync(
        NfsClient client, string path, string? name, OpenMode mode, Deadline deadline, CancellationToken cancellationToken)
    {
        // One owner for all attempts: an open that was made without an answer is the same one then.
        var owner = conversation.NextOwner();
        for (var attempt = 0; ; attempt++)
        {
            var open = new OpenFileCompound(name, mode, owner, settings.FileMode);
            try
            {
                await conversation.RunAsync(client, path, open, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                if (mode == OpenMode.CreateGuarded)
                {
                    return null;
                }

                // Opening twice what may be there already changes nothing.
                await NfsConversation.DelayAsync(attempt, lost.Message, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (open.Status == NfsStatus.Ok || !open.WasOpened)
            {
                return open;
            }

            await EndAsync(client, path, name ?? Path.GetFileName(path), open.State, deadline, cancellationToken).ConfigureAwait(false);
            if (mode == OpenMode.CreateGuarded)
            {
                return null;
            }

            await NfsConversation.DelayAsync(attempt, $"it answers {open.Status}", deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends an open of a file whose handle is not known. One that the server forgot meanwhile needs no end.</summary>
    public async Task EndAsync(NfsClient client, string path, string name, StateId state, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var close = new CloseFileCompound(state, name);
                await conversation.RunAsync(client, path, close, deadline, cancellationToken).ConfigureAwait(false);
                if (!NfsErrors.IsDelay(close.Status))
                {
                    return;
                }
            }
            catch (SessionLostException)
            {
                // Closed or not: closing it again tells.
            }

            await NfsConversation.DelayAsync(attempt, "a file could not be closed", deadline, cancellationToken).ConfigureAwait(false);
        }
    }
}
