using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Files.Locking;
using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>
/// One append. The lock and the file's open belong to one client ID, so that who loses the lock is refused when it writes. After that it begins again
/// from the lock, and looks first at what it had done.
/// </summary>
internal sealed class LockedAppend(FileAppender appender, NfsClient client, LockPlace place, string path, PendingWrite write)
{
    private const int MaxAttempts = 5;
    private Deadline _deadline = appender.NewDeadline();
    private LockOwner? _owner;
    private bool _mayHold;
    private SentAppend? _sent;
    private int _attempt;
    private int _denied;
    private long _deniedSince;
    private bool _hasLookedAgain;

    private NfsConversation Conversation => appender.Conversation;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var settled = Task.CompletedTask;
        try
        {
            while (!await TryAsync(cancellationToken).ConfigureAwait(false))
            {
                _attempt++;
            }
        }
        catch (TargetFaultException fault)
        {
            settled = fault.Settled;
            throw fault.MayTakeEffect || _sent is null ? fault : new TargetFaultException(fault.Message, mayTakeEffect: true, fault) { Settled = settled };
        }
        catch (Exception e) when (_sent is not null && e is not (ChangeInDoubtException or PartialAppendException))
        {
            throw new TargetFaultException($"'{path}': an append lost its session, and could not be looked for: {e.Message}", mayTakeEffect: true, e);
        }
        finally
        {
            if (_owner is { } owner && _mayHold)
            {
                await appender.Locks.ReleaseAsync(client, place, owner, settled).ConfigureAwait(false);
            }
            else if (_owner is { State: not null } idle)
            {
                PathLocks.Return(idle);
            }
        }
    }

    /// <returns>Whether the append was made; else it is tried again.</returns>
    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        write.Current.ThrowIfAbandoned(path);
        var session = await client.GetSessionAsync(_deadline, cancellationToken).ConfigureAwait(false);
        if (_owner is null || _owner.File.ClientId != session.ClientId)
        {
            // What another client ID held is gone with it.
            _mayHold = false;
            _owner = await appender.Locks.TakeOwnerAsync(client, place, path, _deadline, cancellationToken).ConfigureAwait(false);
        }

        var isSmall = write.Content is { IsBuffered: true, Bytes.Length: > 0 } && write.Content.Bytes.Length <= session.Transfer.MaxWriteBytes;
        var end = isSmall && _sent is null && _owner.State is not null && session.Limits.MaxOperations >= AppendCompound.WholeOperations
            && appender.Abilities is { CurrentStateId.MayBeUsed: true, Verify.MayBeUsed: true }
            ? appender.Ends.Find(path)
            : null;
        if (end is not null)
        {
            write.Current.Begin(path);
        }

        var append = new AppendCompound(_owner, place.Offset, Conversation.NextOwner(), end?.End, write.Content.Bytes);
        var held = _mayHold;
        _mayHold = true;
        try
        {
            await Conversation.RunAsync(client, path, append, _deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (SessionLostException lost)
        {
            _sent = end is not null && lost.MayHaveExecuted ? new SentAppend(end.Handle, end.FileId, end.End, end.End + write.Content.Bytes.Length, IsWhole: true) : _sent;
            await DelayAsync(lost, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (TargetFaultException fault) when (fault.MayTakeEffect && end is null)
        {
            throw new TargetFaultException(fault.Message, mayTakeEffect: false, fault) { Settled = fault.Settled };
        }

        if (!append.WasLocked)
        {
            _mayHold = held;
            return await OnNotLockedAsync(append, cancellationToken).ConfigureAwait(false);
        }

        (_denied, _deadline) = (0, appender.NewDeadline());
        if (append.WasWritten)
        {
            appender.Abilities.CurrentStateId.Confirm();
            return Done(append, end!.End, append.Status == NfsStatus.Ok, append.OpenState);
        }

        return append.WasOpened
            ? await GoOnAsync(append, isSmall, session.Transfer.MaxWriteBytes, cancellationToken).ConfigureAwait(false)
            : await OnNotOpenedAsync(append, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> OnNotLockedAsync(AppendCompound append, CancellationToken cancellationToken)
    {
        if (!append.HasWalked)
        {
            throw Missing(append.Status) ?? NfsErrors.ToException(append.Status, append.FailedOperation, path, changes: true);
        }

        if (append.Status == NfsStatus.Denied)
        {
            var time = appender.Settings.Time;
            _deniedSince = _denied == 0 ? time.GetTimestamp() : _deniedSince;
            if (time.GetElapsedTime(_deniedSince) >= appender.Settings.OperationTimeout)
            {
                throw LockDelay.TimedOut(path, appender.Settings.OperationTimeout);
            }

            await Task.Delay(LockDelay.After(_denied++), time, cancellationToken).ConfigureAwait(false);
            _deadline = appender.NewDeadline();
            return false;
        }

        if (NfsErrors.IsStale(append.Status) || NfsErrors.IsStateLost(append.Status))
        {
            appender.Locks.Forget(client, place, _owner!);
            (_owner, _mayHold) = (null, false);
        }
        else if (!NfsErrors.IsDelay(append.Status))
        {
            throw NfsErrors.ToException(append.Status, append.FailedOperation, path, changes: true);
        }

        await NfsConversation.DelayAsync(_attempt, $"it answers {append.Status}", _deadline, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async Task<bool> OnNotOpenedAsync(AppendCompound append, CancellationToken cancellationToken)
    {
        appender.Ends.Forget(path);
        if (append is { Status: NfsStatus.NoEnt, IsFromKnownHandle: true } && !_hasLookedAgain)
        {
            _hasLookedAgain = true;

            // Its directory may have been removed and made again: it is walked to again, with the lock held.
            return false;
        }

        if (!NfsErrors.IsDelay(append.Status) && !NfsErrors.IsStale(append.Status))
        {
            throw Missing(append.Status) ?? NfsErrors.ToException(append.Status, append.FailedOperation, path, changes: true);
        }

        if (NfsErrors.IsStale(append.Status))
        {
            Conversation.Forget(path[..Math.Max(path.LastIndexOf('/'), 0)]);
        }

        await NfsConversation.DelayAsync(_attempt, $"it answers {append.Status}", _deadline, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>The lock is held and the file is open.</summary>
    private async Task<bool> GoOnAsync(AppendCompound append, bool isSmall, int chunkBytes, CancellationToken cancellationToken)
    {
        var settings = appender.Settings;
        var file = new NfsOpenFile(Conversation, client, path, append.Handle, append.OpenState!.Value, settings.Time, settings.OperationTimeout);
        var isClosed = false;
        try
        {
            if (!append.IsKnown)
            {
                return await OnNotOpenedAsync(append, cancellationToken).ConfigureAwait(false);
            }

            if (append.Attributes.Type != NfsFileType.Regular)
            {
                throw NfsErrors.ToException(NfsStatus.WrongType, NfsOpcode.Open, path, changes: true);
            }

            Learn(append);
            var start = append.Attributes.Size;
            if (_sent is { } sent)
            {
                if (await new AppendInDoubt(path, sent, write.Content).FindStartAsync(file, append, cancellationToken).ConfigureAwait(false) is not { } found)
                {
                    return Done(append, sent.Start, isReleased: false, open: null);
                }

                (start, _sent) = (found, found == sent.Start && !sent.IsWhole ? sent : null);
            }

            if (isSmall && !append.WasCut && _sent is null && appender.Abilities.Verify.MayBeUsed)
            {
                write.Current.Begin(path);
                var rest = new AppendRestCompound(_owner!, place.Offset, append.OpenState.Value, start, write.Content.Bytes);
                if (await SendAsync(rest, append, start, cancellationToken).ConfigureAwait(false) is { } hasEnded)
                {
                    isClosed = rest.WasClosed;
                    return hasEnded;
                }
            }

            await FillAsync(file, append, start, chunkBytes, cancellationToken).ConfigureAwait(false);
            return Done(append, start, isReleased: false, open: null);
        }
        catch (StaleFileException stale) when (_attempt >= MaxAttempts || !write.Content.TryRewind())
        {
            throw new TargetFaultException(stale.Message, mayTakeEffect: false, stale);
        }
        catch (StaleFileException stale)
        {
            await NfsConversation.DelayAsync(_attempt, stale.Message, _deadline, cancellationToken).ConfigureAwait(false);
            return false;
        }
        finally
        {
            if (!isClosed)
            {
                appender.Background.Run(_ => file.CloseAsync(CancellationToken.None));
            }
        }
    }

    /// <returns>Whether the append was made or has to begin again; null when its bytes are to be written one way or another under the lock that is held.</returns>
    private async Task<bool?> SendAsync(AppendRestCompound rest, AppendCompound append, long start, CancellationToken cancellationToken)
    {
        try
        {
            await Conversation.SendAsync(client, append.Handle, rest, appender.NewDeadline(), cancellationToken).ConfigureAwait(false);
        }
        catch (SessionLostException lost)
        {
            if (lost.MayHaveExecuted)
            {
                _sent = new SentAppend(append.Handle, append.Attributes.FileId, start, start + write.Content.Bytes.Length, IsWhole: true);
            }

            await DelayAsync(lost, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (rest.WasWritten)
        {
            return Done(append, start, isReleased: rest.Status == NfsStatus.Ok, open: null);
        }

        if (rest.HasMoved)
        {
            await NfsConversation.DelayAsync(_attempt, "somebody adds to the file without a lock", _deadline, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (rest.FailedOperation == NfsOpcode.Verify && ServerAbilities.IsVerifyRefusal(rest.Status))
        {
            appender.Abilities.Verify.Refuse();
        }

        return null;
    }

    /// <summary>Many writes, or one that could not travel with the rest. What was added before a failure is taken back.</summary>
    private async Task FillAsync(NfsOpenFile file, AppendCompound append, long start, int chunkBytes, CancellationToken cancellationToken)
    {
        var settings = appender.Settings;
        using var writes = new UncommittedWrites(file, path, chunkBytes, settings.WriteBehind, settings.MaxUncommittedBytes, appender.Logger);
        try
        {
            write.Current.Begin(path);
            await FileFiller.FillAsync(writes, write.Content, start, cancellationToken).ConfigureAwait(false);
        }
        catch (StaleFileException)
        {
            await writes.DrainAsync().ConfigureAwait(false);
            var end = Math.Max(_sent?.End ?? 0, writes.End);
            _sent = end > start ? new SentAppend(append.Handle, append.Attributes.FileId, start, end, IsWhole: false) : _sent;
            throw;
        }
        catch (Exception failure) when (failure is not ChangeInDoubtException)
        {
            var end = Math.Max(_sent?.End ?? (append.WasCut ? start + write.Content.Bytes.Length : 0), writes.End);
            _sent = null;
            if (end > start)
            {
                await TakeBackAsync(file, append.OpenState!.Value, start, end, await writes.DrainAsync().ConfigureAwait(false), failure).ConfigureAwait(false);
            }

            if (failure is TargetFaultException { MayTakeEffect: true })
            {
                throw new TargetFaultException(failure.Message, mayTakeEffect: false, failure);
            }

            throw;
        }
    }

    /// <summary>Cuts the file to where the append began, unless somebody else has added to it.</summary>
    private async Task TakeBackAsync(NfsOpenFile file, StateId state, long start, long end, Task settled, Exception failure)
    {
        if (!settled.IsCompleted)
        {
            throw new TargetFaultException(failure.Message, mayTakeEffect: true, failure) { Settled = settled };
        }

        long left;
        try
        {
            left = await file.TakeBackAsync(state, start, end).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TargetFaultException(
                $"'{path}': {failure.Message} What was added could not be taken back: {e.Message}", mayTakeEffect: true, failure) { Settled = (e as TargetFaultException)?.Settled ?? Task.CompletedTask };
        }

        if (left > 0)
        {
            throw new PartialAppendException(left, failure);
        }
    }

    private bool Done(AppendCompound append, long start, bool isReleased, StateId? open)
    {
        _sent = null;
        _mayHold = !isReleased;
        write.Current.MarkPublished();
        appender.Ends.Set(path, new KnownEnd(append.Handle, append.Attributes.FileId, start + write.Content.Length));
        if (open is { } state)
        {
            var file = new NfsOpenFile(Conversation, client, path, append.Handle, state, appender.Settings.Time, appender.Settings.OperationTimeout);
            appender.Background.Run(_ => file.CloseAsync(CancellationToken.None));
        }

        return true;
    }

    /// <summary>What the server showed of itself when it stopped the compound.</summary>
    private void Learn(AppendCompound append)
    {
        if (append.FailedOperation == NfsOpcode.Verify && ServerAbilities.IsVerifyRefusal(append.Status))
        {
            appender.Abilities.Verify.Refuse();
        }
        else if (append.FailedOperation == NfsOpcode.Write && ServerAbilities.IsStateIdRefusal(append.Status, _attempt))
        {
            appender.Abilities.CurrentStateId.Refuse();
        }
    }

    /// <summary>Whether a directory is in the way, or gives way, is found out by the one that makes the file. What was added and then deleted has gone with its file: making one would bring part of it back.</summary>
    private IOException? Missing(NfsStatus status) =>
        status is not (NfsStatus.NoEnt or NfsStatus.NotDir or NfsStatus.IsDir) ? null
        : _sent is null ? new FileNotFoundException($"There is no file '{path}'.", path)
        : new ChangeInDoubtException(
            path, $"'{path}' was deleted by somebody else while it was being appended to; some of the bytes may have been there. Look before you append again.") { MayHaveTakenEffect = true };

    /// <summary>Once bytes may be there, nobody leaves before it is known.</summary>
    private ValueTask DelayAsync(SessionLostException lost, CancellationToken cancellationToken) => _sent is null
        ? NfsConversation.DelayAsync(_attempt, lost.Message, _deadline, cancellationToken)
        : NfsConversation.DelayInDoubtAsync(_attempt, lost, _deadline);
}
