using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files;

/// <summary>Removes directories that hold nothing. The server takes only what is empty at that moment, so that no file is lost that another client makes meanwhile.</summary>
internal sealed class EmptyDirectories(NfsConversation conversation, ServerAbilities abilities, NfsDirectoryReader reader)
{
    private const int MostDirectories = 100_000;

    /// <summary>Removes one directory.</summary>
    /// <returns>Whether it is gone; false when it is not empty, or is no directory.</returns>
    public async Task<bool> TryRemoveAsync(string directory, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (!abilities.Verify.MayBeUsed)
            {
                var found = new StatCompound();
                await conversation.RunAsync(directory, found, deadline, cancellationToken).ConfigureAwait(false);
                if (found.Status != NfsStatus.Ok || found.Attributes.Type != NfsFileType.Directory)
                {
                    return found.Status is NfsStatus.NoEnt or NfsStatus.NotDir;
                }
            }

            var remove = new RemoveDirectoryCompound(abilities.Verify.MayBeUsed);
            try
            {
                await conversation.RunAsync(directory, remove, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                await NfsConversation.DelayAsync(attempt, lost.Message, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (remove.FailedOperation == NfsOpcode.Verify && ServerAbilities.IsVerifyRefusal(remove.Status))
            {
                abilities.Verify.Refuse();
                continue;
            }

            if (remove.IsGone)
            {
                conversation.Forget(directory);
            }

            return remove.IsGone;
        }
    }

    /// <summary>Removes a directory that has nothing but directories in it.</summary>
    /// <returns>Whether it is gone.</returns>
    public async Task<bool> TryRemoveTreeAsync(string directory, Deadline deadline, CancellationToken cancellationToken)
    {
        if (await TryRemoveAsync(directory, deadline, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        var directories = new List<string> { directory };
        for (var i = 0; i < directories.Count; i++)
        {
            if (directories.Count > MostDirectories || !await AddSubdirectoriesAsync(directories[i], directories, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        for (var i = directories.Count - 1; i >= 0; i--)
        {
            if (!await TryRemoveAsync(directories[i], deadline, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>False when something in it is no directory.</returns>
    private async Task<bool> AddSubdirectoriesAsync(string directory, List<string> directories, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var page in reader.ReadEverythingAsync(directory, cancellationToken).ConfigureAwait(false))
            {
                foreach (var entry in page)
                {
                    // A directory of a temporary name keeps a change in doubt from taking effect.
                    if (entry.Kind != DirectoryEntryKind.Directory || TemporaryName.Is(entry.Name))
                    {
                        return false;
                    }

                    directories.Add($"{directory}/{entry.Name}");
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else removed it.
        }

        return true;
    }
}
