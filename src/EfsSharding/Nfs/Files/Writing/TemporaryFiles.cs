using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Removes temporary files and fences.</summary>
internal sealed class TemporaryFiles(NfsConversation conversation, NfsVolumeSettings settings, NfsBackground background)
{
    /// <summary>The path of a name in the directory of a file.</summary>
    public static string Beside(string path, string name)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? name : string.Concat(path.AsSpan(0, slash + 1), name);
    }

    /// <summary>Removes a temporary name that nobody waits for.</summary>
    public void RemoveLater(string path, string temporaryName) =>
        background.Run(_ => RemoveAsync(path, temporaryName, Deadline.After(settings.Time, settings.OperationTimeout), CancellationToken.None));

    /// <summary>Removes a temporary file; none is as good.</summary>
    /// <returns>Whether there was one; null when there is none now and nobody can tell, as an answer was lost.</returns>
    public async Task<bool?> RemoveAsync(string path, string temporaryName, Deadline deadline, CancellationToken cancellationToken)
    {
        var mayHaveExecuted = false;
        for (var attempt = 0; ; attempt++)
        {
            var remove = new RemoveTemporaryCompound(temporaryName);
            try
            {
                await conversation.RunAsync(path, remove, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                // Nobody else ever has this name, so that removing it again takes nothing of anybody's.
                mayHaveExecuted = true;
                await NfsConversation.DelayAsync(attempt, lost.Message, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            switch (remove.Status)
            {
                case NfsStatus.Ok:
                    return true;
                case NfsStatus.NoEnt or NfsStatus.NotDir:
                    return mayHaveExecuted ? null : false;
                case NfsStatus.NotEmpty:
                    // A directory with something in it was none of ours.
                    return false;
                default:
                    throw NfsErrors.ToException(remove.Status, remove.FailedOperation, path, changes: true);
            }
        }
    }
}
