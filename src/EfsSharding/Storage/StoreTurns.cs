using EfsSharding.Coordination;
using EfsSharding.Routing;
using EfsSharding.Targets;

namespace EfsSharding.Storage;

/// <summary>Appends and conditional changes take turns at a path within the process before they ask a server for its lock.</summary>
internal sealed class StoreTurns(ChangeRunner changes, EfsShardingOptions options, TimeProvider timeProvider)
{
    /// <param name="file">The file.</param>
    /// <param name="holder">The file system that has it.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    public async ValueTask<PathTurn> EnterAsync(LocatedFile file, FileSystemRoute holder, CancellationToken cancellationToken)
    {
        var key = changes.KeyOf(file, holder);
        try
        {
            return await PathQueue.Shared.EnterAsync(key, options.OperationTimeout, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e) when (PathQueue.Shared.IsInDoubt(key))
        {
            throw new EarlierChangeInDoubtException(
                file.Path, $"An earlier append to '{file.Path}', or a conditional change of it, is still held by a mount target that does not answer, and could be mixed with this one. Nothing was added or changed: retry once the target is back.", e);
        }
        catch (TimeoutException e)
        {
            throw new StoreBusyException(
                $"Another append to '{file.Path}', or a conditional change of it, took longer than {options.OperationTimeout.TotalSeconds:0.###} s, and these take turns. Nothing was added or changed: retry, or append less at once.", e);
        }
    }
}
