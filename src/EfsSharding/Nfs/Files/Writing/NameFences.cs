using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Takes the names of attempts in doubt by directories, and removes those when nothing can come any more.</summary>
internal sealed class NameFences(NfsConversation conversation, NfsVolumeSettings settings, NfsBackground background, TemporaryFiles temporaries)
{
    /// <summary>How long a fence stands: no request waits longer to be carried out.</summary>
    private static readonly TimeSpan Stands = TimeSpan.FromSeconds(60);

    /// <param name="path">The file.</param>
    /// <param name="ownName">The attempt's own name.</param>
    /// <param name="makesDirectories">Whether missing directories are made, as the attempt itself would make them.</param>
    /// <param name="deadline">Gives up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<FencedName> TakeAsync(string path, string ownName, bool makesDirectories, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var fence = new FenceCompound(ownName, makesDirectories);
            try
            {
                await conversation.RunAsync(path, fence, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                await NfsConversation.DelayAsync(attempt, lost.Message, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (fence.WasMade)
            {
                background.Run(closing => RemoveAfterAsync(path, ownName, closing));
            }

            switch (fence.Status)
            {
                case NfsStatus.Ok:
                    return new FencedName(fence.Attributes.MetadataChanged, IsFile: false);
                case NfsStatus.NoEnt or NfsStatus.NotDir:
                    return default;
                case NfsStatus.Exist:
                    var taken = new StatCompound();
                    await conversation.RunAsync(TemporaryFiles.Beside(path, ownName), taken, deadline, cancellationToken).ConfigureAwait(false);
                    if (taken.Status == NfsStatus.Ok)
                    {
                        return taken.Attributes.Type == NfsFileType.Directory
                            ? new FencedName(taken.Attributes.MetadataChanged, IsFile: false)
                            : new FencedName(null, IsFile: true);
                    }

                    await NfsConversation.DelayAsync(attempt, "an attempt in doubt is under way", deadline, cancellationToken).ConfigureAwait(false);
                    break;
                case var status when fence.WasMade || NfsErrors.IsDelay(status):
                    await NfsConversation.DelayAsync(attempt, $"it answers {status}", deadline, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    throw NfsErrors.ToException(fence.Status, fence.FailedOperation, path, changes: false);
            }
        }
    }

    private async Task RemoveAfterAsync(string path, string ownName, CancellationToken closing)
    {
        await Task.Delay(Stands, settings.Time, closing).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        await temporaries.RemoveAsync(path, ownName, Deadline.After(settings.Time, settings.OperationTimeout), CancellationToken.None).ConfigureAwait(false);
    }
}
