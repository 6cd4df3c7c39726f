using EfsSharding.Nfs.Diagnostics;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Files.Locking;
using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>One change of a file that is to be of a certain version. What is not known to have been made is never made twice: it is looked for, or in doubt.</summary>
internal sealed class ConditionalChange(
    ConditionalWriter writer, NfsClient client, LockPlace place, string path, StoredVersion expected, ChangeAttempt attempt, FileContent? content)
{
    private Deadline _deadline = writer.NewDeadline();
    private LockOwner? _owner;
    private bool _mayHold;

    /// <summary>The content lies complete under the temporary name.</summary>
    private bool _isStaged;

    /// <summary>Something may lie under the temporary name.</summary>
    private bool _mayBeStaged;
    private int _attempt;
    private int _denied;
    private long _deniedSince;
    private bool _hasLookedAgain;

    private string OwnName => attempt.TemporaryName;

    private bool Removes => content is null;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var settled = Task.CompletedTask;
        try
        {
            while (!await TryAsync(cancellationToken).ConfigureAwait(false))
            {
                _attempt++;
            }

            attempt.MarkDone();
        }
        catch (TargetFaultException fault)
        {
            settled = fault.Settled;
            throw;
        }
        finally
        {
            if (_owner is { } owner && _mayHold)
            {
                await writer.Locks.ReleaseAsync(client, place, owner, settled).ConfigureAwait(false);
            }
            else if (_owner is { State: not null } idle)
            {
                PathLocks.Return(idle);
            }

            if (_mayBeStaged && settled.IsCompleted)
            {
                writer.Background.Run(_ => writer.Temporaries.RemoveAsync(path, OwnName, writer.NewDeadline(), CancellationToken.None));
            }
        }
    }

    /// <returns>Whether the change was made; else it is tried again.</returns>
    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        attempt.ThrowIfAbandoned(path);
        var session = await client.GetSessionAsync(_deadline, cancellationToken).ConfigureAwait(false);
        if (_owner is null || _owner.File.ClientId != session.ClientId)
        {
            // What another client ID held is gone with it.
            _mayHold = false;
            _owner = await writer.Locks.TakeOwnerAsync(client, place, path, _deadline, cancellationToken).ConfigureAwait(false);
        }

        var travels = !Removes && !_isStaged && content is { IsBuffered: true } && content.Bytes.Length <= session.Transfer.MaxWriteBytes
            && writer.Abilities.WholeFileWrite && session.Limits.MaxOperations >= ConditionalCompound.WholeOperations;
        if (!Removes && !_isStaged && !travels)
        {
            await StageAsync(session.Transfer.MaxWriteBytes, cancellationToken).ConfigureAwait(false);
        }

        attempt.Begin(path);
        var change = new ConditionalCompound(
            _owner, place.Offset, expected, writer.ComparesHandles && !expected.Handle.IsEmpty, OwnName, travels ? (ReadOnlyMemory<byte>?)content!.Bytes : null, Removes, writer.Settings.FileMode);
        var held = _mayHold;
        (_mayHold, _mayBeStaged) = (true, _mayBeStaged || travels);
        try
        {
            await writer.Conversation.RunAsync(client, path, change, _deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (SessionLostException lost) when (!lost.MayHaveExecuted)
        {
            await NfsConversation.DelayAsync(_attempt, lost.Message, _deadline, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (SessionLostException lost)
        {
            return await FindOutAsync(lost, cancellationToken).ConfigureAwait(false);
        }

        _isStaged |= change.WasStaged;
        if (change.WasRenamed)
        {
            // What a deletion could not remove now goes later.
            _mayBeStaged = Removes && change.Status != NfsStatus.Ok && !change.WasUnlocked;
            _mayHold = !change.WasUnlocked;
            return true;
        }

        if (!change.WasLocked)
        {
            _mayHold = held;
        }

        return await OnStoppedAsync(change, travels, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> OnStoppedAsync(ConditionalCompound change, bool travels, CancellationToken cancellationToken)
    {
        if (!change.HasWalked)
        {
            throw change.Status is NfsStatus.NoEnt or NfsStatus.NotDir ? new VersionMismatchException(path, null) : Failed(change);
        }

        if (change.WasLocked)
        {
            (_denied, _deadline) = (0, writer.NewDeadline());
            return await OnLockedAsync(change, cancellationToken).ConfigureAwait(false);
        }

        if (travels && !change.WasStaged)
        {
            return await OnNotStagedAsync(change, cancellationToken).ConfigureAwait(false);
        }

        if (change.Status == NfsStatus.Denied)
        {
            var time = writer.Settings.Time;
            _deniedSince = _denied == 0 ? time.GetTimestamp() : _deniedSince;
            if (time.GetElapsedTime(_deniedSince) >= writer.Settings.OperationTimeout)
            {
                throw LockDelay.TimedOut(path, writer.Settings.OperationTimeout);
            }

            await Task.Delay(LockDelay.After(_denied++), time, cancellationToken).ConfigureAwait(false);
            _deadline = writer.NewDeadline();
            return false;
        }

        if (NfsErrors.IsStale(change.Status) || NfsErrors.IsStateLost(change.Status))
        {
            writer.Locks.Forget(client, place, _owner!);
            (_owner, _mayHold) = (null, false);
        }
        else if (!NfsErrors.IsDelay(change.Status))
        {
            throw Failed(change);
        }

        await NfsConversation.DelayAsync(_attempt, $"it answers {change.Status}", _deadline, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>The lock is held, and the file is another one, or could not be renamed.</summary>
    private async Task<bool> OnLockedAsync(ConditionalCompound change, CancellationToken cancellationToken)
    {
        if (change.WasFound && !change.WasVerified && ServerAbilities.IsVerifyRefusal(change.Status))
        {
            if (!writer.ComparesHandles || expected.Handle.IsEmpty)
            {
                throw new IOException($"'{path}': the server has no VERIFY, which conditional changes need.", new NfsException(change.Status, change.FailedOperation));
            }

            writer.CompareNoHandles();
            return false;
        }

        if (MayBeElsewhere(change))
        {
            return false;
        }

        if ((change.WasFound && !change.WasVerified && change.Status == NfsStatus.NotSame) || (!change.WasFound && change.Status is NfsStatus.NoEnt or NfsStatus.NotDir))
        {
            throw new VersionMismatchException(path, change.WasFound ? await FindVersionAsync(cancellationToken).ConfigureAwait(false) : null);
        }

        if (!NfsErrors.IsDelay(change.Status) && !NfsErrors.IsStale(change.Status))
        {
            throw Failed(change);
        }

        await NfsConversation.DelayAsync(_attempt, $"it answers {change.Status}", _deadline, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>The directory may have been removed and made again, while the server knows the handle of the old one: it is walked to again, once.</summary>
    private bool MayBeElsewhere(ConditionalCompound change)
    {
        var mayBe = !_hasLookedAgain && !change.WasFound && change is { Status: NfsStatus.NoEnt, IsFromKnownHandle: true };
        (_hasLookedAgain, _isStaged) = (_hasLookedAgain || mayBe, _isStaged && !mayBe);
        return mayBe;
    }

    /// <summary>The content did not come to lie under the temporary name in one compound.</summary>
    private async Task<bool> OnNotStagedAsync(ConditionalCompound change, CancellationToken cancellationToken)
    {
        if (change.OpenState is { } open)
        {
            await writer.Opener.EndAsync(client, path, OwnName, open, _deadline, cancellationToken).ConfigureAwait(false);
        }

        await writer.Temporaries.RemoveAsync(path, OwnName, _deadline, cancellationToken).ConfigureAwait(false);
        _mayBeStaged = false;
        if (MayBeElsewhere(change))
        {
            return false;
        }

        switch (change.FailedOperation)
        {
            case NfsOpcode.Verify when ServerAbilities.IsVerifyRefusal(change.Status):
                writer.Abilities.Verify.Refuse();
                return false;
            case NfsOpcode.Verify when change.Status == NfsStatus.NotSame:
                writer.Abilities.WholeWrite.Refuse();
                return false;
            case NfsOpcode.Write or NfsOpcode.Close when ServerAbilities.IsStateIdRefusal(change.Status, _attempt):
                writer.Abilities.CurrentStateId.Refuse();
                return false;
            case NfsOpcode.Open when change.Status == NfsStatus.Exist:
                break;
            case NfsOpcode.Open when change.Status == NfsStatus.NoEnt:
                throw new VersionMismatchException(path, null);
            default:
                if (!NfsErrors.IsDelay(change.Status) && !NfsErrors.IsStale(change.Status) && !NfsErrors.IsStateLost(change.Status))
                {
                    throw Failed(change);
                }

                break;
        }

        await NfsConversation.DelayAsync(_attempt, $"it answers {change.Status}", _deadline, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>The session was lost, and nobody said how the compound ended. It ended: no compound of a session that is gone comes later.</summary>
    private async Task<bool> FindOutAsync(SessionLostException lost, CancellationToken cancellationToken)
    {
        var wasStaged = _isStaged;
        if (!Removes)
        {
            var staged = new StatCompound();
            await writer.Conversation.RunAsync(Beside(OwnName), staged, _deadline, cancellationToken).ConfigureAwait(false);
            if (staged.Status == NfsStatus.Ok)
            {
                // It was not renamed. What is not complete is made again.
                _isStaged = wasStaged || (content!.IsBuffered && staged.Attributes.Size == content.Bytes.Length);
                if (!_isStaged)
                {
                    await writer.Temporaries.RemoveAsync(path, OwnName, _deadline, cancellationToken).ConfigureAwait(false);
                }

                await NfsConversation.DelayAsync(_attempt, lost.Message, _deadline, cancellationToken).ConfigureAwait(false);
                return false;
            }

            if (staged.Status is not (NfsStatus.NoEnt or NfsStatus.NotDir))
            {
                throw Failed(staged);
            }

            if (wasStaged)
            {
                // Only its own RENAME takes the name from a file that was complete.
                _mayBeStaged = false;
                return true;
            }
        }

        if (await FindVersionAsync(cancellationToken).ConfigureAwait(false) == expected.ToString())
        {
            await NfsConversation.DelayAsync(_attempt, lost.Message, _deadline, cancellationToken).ConfigureAwait(false);
            return false;
        }

        throw new ChangeInDoubtException(
            path, $"'{path}' was to be changed when its session was lost, and it is of another version now: this change or somebody else's was made. Read it and decide again.", lost) { MayHaveTakenEffect = true };
    }

    private async Task<string?> FindVersionAsync(CancellationToken cancellationToken)
    {
        var found = new StatCompound();
        await writer.Conversation.RunAsync(path, found, writer.NewDeadline(), cancellationToken).ConfigureAwait(false);
        return found is { Status: NfsStatus.Ok, Attributes.Type: NfsFileType.Regular } ? new StoredVersion(found.Attributes.Version, found.Handle.Memory).ToString() : null;
    }

    /// <summary>What is too large for one compound, or for this server.</summary>
    private async Task StageAsync(int chunkBytes, CancellationToken cancellationToken)
    {
        var settings = writer.Settings;
        for (var tries = 0; ; tries++)
        {
            if (!content!.TryRewind())
            {
                throw new ContentNotRepeatableException(path, $"Writing '{path}' failed midway, and its content cannot be read again. Nothing was changed: send it once more.");
            }

            _mayBeStaged = true;
            var open = await writer.Opener.OpenAsync(client, path, OwnName, OpenMode.CreateGuarded, _deadline, cancellationToken).ConfigureAwait(false);
            if (open is { Status: NfsStatus.Ok })
            {
                var file = new NfsOpenFile(writer.Conversation, client, path, open.Handle, open.State, settings.Time, settings.OperationTimeout);
                try
                {
                    using (var writes = new UncommittedWrites(file, path, chunkBytes, settings.WriteBehind, settings.MaxUncommittedBytes, writer.Logger))
                    {
                        await FileFiller.FillAsync(writes, content, 0, cancellationToken).ConfigureAwait(false);
                    }

                    _isStaged = true;
                    _deadline = writer.NewDeadline();
                    return;
                }
                catch (StaleFileException stale) when (tries < 5)
                {
                    NfsLog.NotClearedUp(writer.Logger, stale.Message);
                }
                finally
                {
                    await file.CloseAsync(CancellationToken.None).ConfigureAwait(false);
                }
            }
            else if (open is not (null or { FailedOperation: NfsOpcode.Open, Status: NfsStatus.Exist }))
            {
                throw Failed(open);
            }

            await writer.Temporaries.RemoveAsync(path, OwnName, _deadline, cancellationToken).ConfigureAwait(false);
            await NfsConversation.DelayAsync(tries, "the temporary file could not be made", _deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    private string Beside(string name)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? name : string.Concat(path.AsSpan(0, slash + 1), name);
    }

    private Exception Failed(FileCompound compound) => NfsErrors.ToException(compound.Status, compound.FailedOperation, path, changes: true);
}
