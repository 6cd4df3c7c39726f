using System.Collections.Concurrent;
using EfsSharding.Nfs.Diagnostics;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files.Locking;

/// <summary>
/// The lock files of one mount target: each is opened once for a client, and stays open. Locks travel in the compounds that need them; here is what
/// goes before and after.
/// </summary>
internal sealed class PathLocks(NfsConversation conversation, NfsVolumeSettings settings, NfsBackground background, ILogger logger)
{
    /// <summary>Open-owners of lock files: above those that are counted, which begin at 2^32.</summary>
    private const ulong FirstOpenOwner = 1UL << 62;

    private static readonly TimeSpan ReleaseAgainAfter = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<(NfsClient Client, int Bucket, string Root), LockFile> _files = new();

    /// <summary>A lock-owner that holds nothing.</summary>
    /// <param name="client">The client whose locks they will be.</param>
    /// <param name="place">What will be locked.</param>
    /// <param name="path">For errors.</param>
    /// <param name="deadline">Gives up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<LockOwner> TakeOwnerAsync(NfsClient client, LockPlace place, string path, Deadline deadline, CancellationToken cancellationToken)
    {
        var session = await client.GetSessionAsync(deadline, cancellationToken).ConfigureAwait(false);
        if (!_files.TryGetValue((client, place.Bucket, place.Root), out var file) || file.ClientId != session.ClientId)
        {
            file = await OpenAsync(client, place, path, deadline, cancellationToken).ConfigureAwait(false);
        }

        return file.Idle.TryPop(out var idle) ? idle : new LockOwner(file, conversation.NextOwner());
    }

    /// <summary>It holds nothing any more.</summary>
    public static void Return(LockOwner owner) => owner.File.Idle.Push(owner);

    /// <summary>The open or the file is gone: the next one opens what is there then.</summary>
    public void Forget(NfsClient client, LockPlace place, LockOwner owner) =>
        _files.TryRemove(new KeyValuePair<(NfsClient, int, string), LockFile>((client, place.Bucket, place.Root), owner.File));

    /// <summary>Lets go of a lock. Where the server does not answer this goes on in the background: a lock that stays would keep everybody out for as long as this client lives.</summary>
    /// <param name="client">The client.</param>
    /// <param name="place">What is locked.</param>
    /// <param name="owner">Who may hold it.</param>
    /// <param name="settled">What has to end first, as it may take the lock yet.</param>
    public async Task ReleaseAsync(NfsClient client, LockPlace place, LockOwner owner, Task settled)
    {
        if (!settled.IsCompleted || !await TryReleaseAsync(client, place, owner).ConfigureAwait(false))
        {
            background.Run(closing => ReleaseLaterAsync(client, place, owner, settled, closing));
        }
    }

    private async Task ReleaseLaterAsync(NfsClient client, LockPlace place, LockOwner owner, Task settled, CancellationToken closing)
    {
        await settled.WaitAsync(closing).ConfigureAwait(false);
        while (!await TryReleaseAsync(client, place, owner).ConfigureAwait(false))
        {
            await Task.Delay(ReleaseAgainAfter, settings.Time, closing).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the owner holds nothing any more.</returns>
    private async Task<bool> TryReleaseAsync(NfsClient client, LockPlace place, LockOwner owner)
    {
        try
        {
            var deadline = NewDeadline();
            var session = await client.GetSessionAsync(deadline, CancellationToken.None).ConfigureAwait(false);
            if (session.ClientId != owner.File.ClientId)
            {
                // What another client ID held is gone with it.
                return true;
            }

            if (owner.State is null)
            {
                // It took its first lock without an answer: this one is the same.
                var again = new RelockCompound(owner, place.Offset);
                await conversation.SendAsync(client, owner.File.Handle, again, deadline, CancellationToken.None).ConfigureAwait(false);
                if (again.State is not { } locks)
                {
                    return IsGone(again.Status) || again.Status == NfsStatus.Denied;
                }

                owner.Know(locks);
            }

            var unlock = new UnlockCompound(owner.State!.Value, place.Offset);
            await conversation.SendAsync(client, owner.File.Handle, unlock, deadline, CancellationToken.None).ConfigureAwait(false);
            if (unlock.Status == NfsStatus.Ok)
            {
                Return(owner);
                return true;
            }

            if (IsGone(unlock.Status))
            {
                Forget(client, place, owner);
                return true;
            }

            return false;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            NfsLog.NotClearedUp(logger, e.Message);
            return e is ObjectDisposedException;
        }
    }

    private async Task<LockFile> OpenAsync(NfsClient client, LockPlace place, string path, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var open = new OpenLockFileCompound(FirstOpenOwner + (uint)place.Bucket, LockPlace.FileMode, LockPlace.DirectoryMode);
            try
            {
                await conversation.RunAsync(client, place.Path, open, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException lost)
            {
                // Opening it twice changes nothing.
                await NfsConversation.DelayAsync(attempt, lost.Message, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }
            catch (TargetFaultException fault) when (fault.MayTakeEffect)
            {
                throw new TargetFaultException(fault.Message, mayTakeEffect: false, fault);
            }

            if (open.Status == NfsStatus.Ok)
            {
                var file = new LockFile(open.ClientId, open.Handle, open.State.Unversioned);
                return _files.AddOrUpdate((client, place.Bucket, place.Root), file, (_, known) => known.ClientId == file.ClientId && known.Handle.Equals(file.Handle) ? known : file);
            }

            // Servers have answered EXIST to two clients that made the file at once, though neither insisted on making it.
            if (NfsErrors.IsDelay(open.Status) || NfsErrors.IsStale(open.Status) || open.Status is NfsStatus.NoEnt or NfsStatus.Exist)
            {
                await NfsConversation.DelayAsync(attempt, $"it answers {open.Status}", deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            throw ToException(open, path);
        }
    }

    private static Exception ToException(OpenLockFileCompound open, string path)
    {
        var said = NfsErrors.ToException(open.Status, open.FailedOperation, path, changes: true);
        return said is UnauthorizedAccessException
            ? new UnauthorizedAccessException(
                $"'{path}' cannot be locked, as its lock file in '{LockPlace.Directory}', at the root of the file system, cannot be opened or made. "
                + $"Nothing was changed. Let this user make that directory, or make it with mode 0777. {said.Message}",
                said)
            : said;
    }

    private static bool IsGone(NfsStatus status) => NfsErrors.IsStale(status) || NfsErrors.IsStateLost(status);

    private Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);
}
