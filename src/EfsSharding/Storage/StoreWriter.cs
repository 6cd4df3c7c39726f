using EfsSharding.Diagnostics;
using EfsSharding.Routing;

namespace EfsSharding.Storage;

/// <summary>Changes files: over several targets when one fails, without doing anything twice or letting an old change undo a new one.</summary>
internal sealed class StoreWriter(Failover failover, StoreMetrics metrics, EfsShardingOptions options, TimeProvider timeProvider, StoreLog log)
{
    private readonly OperationsInDoubt _inDoubt = new();

    public async Task WriteAsync(LocatedFile file, FileContent content, FileWriteMode mode, CancellationToken cancellationToken)
    {
        await WaitForDoubtsAsync(file, includeWrites: mode == FileWriteMode.Append, cancellationToken).ConfigureAwait(false);
        var destination = await ChooseAsync(file, mode, cancellationToken).ConfigureAwait(false);
        var write = new PendingWrite(content, mode, _inDoubt.AttemptsOn(file.Path));
        try
        {
            await failover.RunAsync(
                file.InUse,
                destination,
                "write",
                static (_, volume, s, token) => DoneAsync(volume.WriteAsync(s.file.PhysicalPath, s.write, token)),
                (file, write, inDoubt: _inDoubt),
                static (s, fault) => IsDone(s.file, s.write, s.inDoubt, fault),
                cancellationToken).ConfigureAwait(false);
        }
        catch (FileExistsException e)
        {
            throw new FileExistsException(file.Path, e.InnerException);
        }

        metrics.AddBytes("write", content.Length);
        if (mode == FileWriteMode.Replace)
        {
            await RemoveOlderCopiesAsync(file).ConfigureAwait(false);
        }
    }

    public async Task<bool> DeleteAsync(LocatedFile file, CancellationToken cancellationToken)
    {
        await WaitForDoubtsAsync(file, includeWrites: true, cancellationToken).ConfigureAwait(false);
        var deleted = false;
        foreach (var holder in file.Route.Holders)
        {
            deleted |= await DeleteFromAsync(file, holder, cancellationToken).ConfigureAwait(false);
        }

        return deleted;
    }

    /// <summary>After an attempt whose end is unknown, finding nothing may mean that it was done.</summary>
    private async Task<bool> DeleteFromAsync(LocatedFile file, FileSystemRoute holder, CancellationToken cancellationToken)
    {
        var attempts = new DeleteAttempts();
        var found = await failover.RunAsync(
            file.InUse,
            holder,
            "delete",
            static (_, volume, s, token) => volume.DeleteAsync(s.file.PhysicalPath, token),
            (file, attempts, inDoubt: _inDoubt),
            static (s, fault) =>
            {
                s.attempts.AnyInDoubt |= fault.MayTakeEffect;
                s.inDoubt.Add(s.file.Path, attempt: null, fault.Settled);
                return false;
            },
            cancellationToken).ConfigureAwait(false);
        return found || attempts.AnyInDoubt;
    }

    /// <summary>An append goes where the file is, and a new file only where there is none before.</summary>
    private async Task<FileSystemRoute> ChooseAsync(LocatedFile file, FileWriteMode mode, CancellationToken cancellationToken)
    {
        if (mode == FileWriteMode.Replace || file.Route.Holders.Length == 1)
        {
            return file.Route.Owner;
        }

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
                return mode == FileWriteMode.Append ? holder : throw new FileExistsException(file.Path);
            }
        }

        return file.Route.Owner;
    }

    private async Task RemoveOlderCopiesAsync(LocatedFile file)
    {
        for (var i = 1; i < file.Route.Holders.Length; i++)
        {
            var holder = file.Route.Holders[i];
            try
            {
                await DeleteFromAsync(file, holder, CancellationToken.None).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                // The write itself is done, and readers look at the owner first.
                log.OlderCopyLeft(e, file.Path, file.Route.Owner.FileSystemId, holder.FileSystemId);
            }
        }
    }

    private static bool IsDone(LocatedFile file, PendingWrite write, OperationsInDoubt inDoubt, TargetFaultException fault)
    {
        var attempt = write.Current;
        if (write.Abandon())
        {
            return true;
        }

        var fileSystemId = file.Route.Owner.FileSystemId;
        if (write.Mode == FileWriteMode.Append)
        {
            inDoubt.Add(file.Path, attempt: null, fault.Settled);
            return fault.MayTakeEffect
                ? throw new TargetUnavailableException(fileSystemId, $"Appending to '{file.Path}' failed midway; some or all of the bytes may be there. Read its end before you append again.", fault)
                : false;
        }

        inDoubt.Add(file.Path, attempt, fault.Settled);
        return write.Content.TryRewind()
            ? false
            : throw new TargetUnavailableException(fileSystemId, $"Writing '{file.Path}' failed midway, and its content cannot be read again for the next target. Nothing was replaced: send it once more.", fault);
    }

    private async Task WaitForDoubtsAsync(LocatedFile file, bool includeWrites, CancellationToken cancellationToken)
    {
        try
        {
            await _inDoubt.WaitAsync(file.Path, includeWrites, options.OperationTimeout, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new TargetUnavailableException(
                file.Route.Owner.FileSystemId,
                $"An earlier change of '{file.Path}' is still held by a mount target that does not answer and could undo this one. Retry once the target is back.",
                e);
        }
    }

    private static async Task<bool> DoneAsync(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }
}
