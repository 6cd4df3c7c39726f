using EfsSharding.Coordination;
using EfsSharding.Routing;
using EfsSharding.Targets;
using EfsSharding.Volumes;

namespace EfsSharding.Storage;

/// <summary>
/// Runs changes over the targets of a file system. Before each attempt all attempts in doubt of the same file are fenced; and once more
/// after the change was made, for those that came to be in doubt meanwhile, before it is acknowledged.
/// </summary>
internal sealed class ChangeRunner(Failover failover, OperationsInDoubt inDoubt, TimeProvider timeProvider)
{
    /// <summary>Replaces or makes a file at its owner.</summary>
    public async Task PublishAsync(LocatedFile file, FileContent content, FileWriteMode mode, CancellationToken cancellationToken)
    {
        if (mode == FileWriteMode.CreateNew && file.Route.Holders.Length > 1 && await FindAsync(file, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new FileExistsException(file.Path);
        }

        var write = new PendingWrite(content, mode);
        await RunAsync(
            file,
            file.Route.Owner,
            "write",
            static async (volume, change, write, token) =>
            {
                await volume.WriteAsync(change.Path, write, token).ConfigureAwait(false);
                return true;
            },
            write,
            IsDone,
            cancellationToken).ConfigureAwait(false);
        EndDoubtfulAppend(file, file.Route.Owner);
        if (mode == FileWriteMode.Replace)
        {
            await RemoveOlderCopiesAsync(file).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes a file from one of the file systems that may have it.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync(LocatedFile file, FileSystemRoute holder, CancellationToken cancellationToken)
    {
        var deleted = await RunAsync(
            file,
            holder,
            "delete",
            static (volume, change, delete, token) => volume.DeleteAsync(change.Path, delete.Begin(), token),
            new PendingDelete(timeProvider.GetTimestamp()),
            static (_, change, delete, fault) =>
            {
                delete.Current.Abandon();
                if (!delete.Current.IsDone && fault.MayTakeEffect)
                {
                    change.Add(delete.Current, fault.Settled);
                }

                return delete.Current.IsDone;
            },
            cancellationToken).ConfigureAwait(false);
        EndDoubtfulAppend(file, holder);
        return deleted;
    }

    /// <summary>A file as every store of the process sees it.</summary>
    public PathKey KeyOf(LocatedFile file, FileSystemRoute holder) => new PendingChange(inDoubt, file, holder).Key;

    /// <summary>The file system that has the file, the owner asked first; null when none has.</summary>
    public async Task<FileSystemRoute?> FindAsync(LocatedFile file, CancellationToken cancellationToken)
    {
        foreach (var holder in file.Route.Holders)
        {
            var attributes = await failover.RunAsync(
                file.InUse,
                holder,
                "info",
                static (_, volume, physicalPath, token) => volume.GetAttributesAsync(physicalPath, token),
                file.PhysicalPath,
                onFault: null,
                cancellationToken).ConfigureAwait(false);
            if (attributes is not null)
            {
                return holder;
            }
        }

        return null;
    }

    /// <summary>Runs a change, fencing what has to be fenced before and after.</summary>
    /// <param name="file">The file.</param>
    /// <param name="holder">The file system.</param>
    /// <param name="operation">Names it in metrics.</param>
    /// <param name="call">One attempt.</param>
    /// <param name="state">What the attempt works on.</param>
    /// <param name="onFault">Looks at an attempt that failed: keeps it in the change when it is in doubt; true when it was done after all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<bool> RunAsync<TState>(
        LocatedFile file,
        FileSystemRoute holder,
        string operation,
        Func<IVolume, PendingChange, TState, CancellationToken, Task<bool>> call,
        TState state,
        Func<LocatedFile, PendingChange, TState, TargetFaultException, bool> onFault,
        CancellationToken cancellationToken)
    {
        var change = new PendingChange(inDoubt, file, holder);
        bool result;
        try
        {
            result = await failover.RunAsync(
                file.InUse,
                holder,
                operation,
                static async (_, volume, s, token) =>
                    await s.change.FenceAsync(volume, token).ConfigureAwait(false) || await s.call(volume, s.change, s.state, token).ConfigureAwait(false),
                (file, change, call, state, onFault),
                static (s, fault) => s.change.IsDone = s.onFault(s.file, s.change, s.state, fault),
                cancellationToken).ConfigureAwait(false);
        }
        catch (TargetUnavailableException e) when (change.MayHappenYet)
        {
            throw new TargetUnavailableException(e.FileSystemId, $"Changing '{file.Path}' was given up, and a mount target that does not answer may still do it. {e.Message}", e) { MayHaveTakenEffect = true };
        }
        catch (Exception e) when (change.MayHappenYet && e is not (OperationCanceledException or ContentNotRepeatableException or StoreException { MayHaveTakenEffect: true }))
        {
            throw new ChangeInDoubtException(file.Path, $"Changing '{file.Path}' failed, and a mount target that does not answer may still do it: {e.Message}", e) { MayHaveTakenEffect = true };
        }
        finally
        {
            change.Close();
        }

        if (change.HasEarlierDoubts)
        {
            await FenceAsync(file, holder, change).ConfigureAwait(false);
        }

        return result || change.IsDone;
    }

    /// <summary>An append that a target still holds writes to a file that has lost its name now.</summary>
    private void EndDoubtfulAppend(LocatedFile file, FileSystemRoute holder)
    {
        if (PathQueue.Shared.HasDoubts)
        {
            PathQueue.Shared.EndDoubt(KeyOf(file, holder));
        }
    }

    /// <summary>Changes that came to be in doubt while this one was made could undo it.</summary>
    private async Task FenceAsync(LocatedFile file, FileSystemRoute holder, PendingChange change)
    {
        try
        {
            await failover.RunAsync(
                file.InUse,
                holder,
                "fence",
                static async (_, volume, change, token) =>
                {
                    await change.FenceEarlierAsync(volume, token).ConfigureAwait(false);
                    return true;
                },
                change,
                onFault: null,
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ChangeInDoubtException(
                file.Path, $"'{file.Path}' was changed, but an earlier change that a mount target still holds could undo it: {e.Message}", e) { MayHaveTakenEffect = true };
        }
    }

    /// <summary>Until the older copies are gone the file is not replaced: one that stays is what readers see once the new one is deleted elsewhere.</summary>
    private async Task RemoveOlderCopiesAsync(LocatedFile file)
    {
        for (var i = file.Route.Holders.Length - 1; i > 0; i--)
        {
            var holder = file.Route.Holders[i];
            try
            {
                await DeleteAsync(file, holder, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                var message = $"'{file.Path}' was written to {file.Route.Owner.FileSystemId}, and readers see that, but its older copy on {holder.FileSystemId} could not be removed. "
                    + $"Write it again once that can be done. {e.Message}";
                throw e is TargetUnavailableException
                    ? new TargetUnavailableException(holder.FileSystemId, message, e) { MayHaveTakenEffect = true }
                    : new ChangeInDoubtException(file.Path, message, e) { MayHaveTakenEffect = true };
            }
        }
    }

    private static bool IsDone(LocatedFile file, PendingChange change, PendingWrite write, TargetFaultException fault)
    {
        var attempt = write.Abandon();
        if (attempt.IsDone)
        {
            return true;
        }

        if (fault.MayTakeEffect)
        {
            change.Add(attempt, fault.Settled);
        }

        if (write.Content.TryRewind())
        {
            return false;
        }

        var message = $"Writing '{file.Path}' failed midway, and its content cannot be read again for the next mount target. ";
        throw fault.MayTakeEffect && attempt.HasBegun
            ? new ChangeInDoubtException(file.Path, $"{message}It may have been written, or may yet be: look before you send it once more.", fault) { MayHaveTakenEffect = true }
            : new ContentNotRepeatableException(file.Path, $"{message}Nothing was changed: send it once more.", fault);
    }
}
