using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>
/// Fences attempts that were given up without knowing how they ended. A temporary file that is there is removed, so that its rename or
/// link fails for good; where a whole file may still come at once, or a deletion, a directory takes the name, so that it fails at its first step.
/// </summary>
internal sealed class NfsAttemptFence(NfsConversation conversation, NfsVolumeSettings settings, NameFences names, TemporaryFiles temporaries)
{
    public Task<FenceResult> FenceAsync(string path, ChangeAttempt attempt, Deadline deadline, CancellationToken cancellationToken) => attempt switch
    {
        WriteAttempt write => FenceAsync(path, write, deadline, cancellationToken),
        DeleteAttempt delete => FenceAsync(path, delete, deadline, cancellationToken),
        _ => throw new ArgumentException("No such attempt can be fenced.", nameof(attempt)),
    };

    /// <summary>Fences an attempt of the caller's own whose answer was lost with its session. The caller cannot cancel it, and a failure leaves the attempt in doubt.</summary>
    /// <exception cref="TargetFaultException">It was not fenced, and may take effect.</exception>
    public async Task<FenceResult> FenceOwnAsync(string path, ChangeAttempt attempt, SessionLostException lost, Deadline deadline)
    {
        try
        {
            return await FenceAsync(path, attempt, deadline, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is (IOException or UnauthorizedAccessException) and not TargetFaultException { MayTakeEffect: true })
        {
            throw new TargetFaultException($"{failure.Message} {lost.Message}", mayTakeEffect: true, failure);
        }
    }

    private async Task<FenceResult> FenceAsync(string path, WriteAttempt write, Deadline deadline, CancellationToken cancellationToken)
    {
        var staged = new StatCompound();
        await conversation.RunAsync(TemporaryFiles.Beside(path, write.TemporaryName), staged, deadline, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            if (staged is { Status: NfsStatus.Ok, Attributes.Type: NfsFileType.Regular })
            {
                return await FenceStagedAsync(path, write, staged, deadline, cancellationToken).ConfigureAwait(false);
            }

            if (staged.Status is not (NfsStatus.Ok or NfsStatus.NoEnt or NfsStatus.NotDir))
            {
                throw NfsErrors.ToException(staged.Status, staged.FailedOperation, path, changes: false);
            }

            if (write is { HasBegun: true, IsStaged: true })
            {
                return await ResultOfMissingAsync(path, write, deadline, cancellationToken).ConfigureAwait(false);
            }

            var fenced = await names.TakeAsync(path, write.TemporaryName, makesDirectories: false, deadline, cancellationToken).ConfigureAwait(false);
            if (fenced is { Now: null, IsFile: false })
            {
                fenced = await names.TakeAsync(path, write.TemporaryName, makesDirectories: true, deadline, cancellationToken).ConfigureAwait(false);
            }

            if (fenced.IsFile)
            {
                await conversation.RunAsync(TemporaryFiles.Beside(path, write.TemporaryName), staged, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            return write.IsDone ? FenceResult.TookEffect
                : !write.HasBegun || write.Links ? FenceResult.NoEffect
                : write.Sent is { } sent ? await ResultOfSentAsync(path, sent, fenced, deadline, cancellationToken).ConfigureAwait(false)
                : FenceResult.Unknown;
        }
    }

    /// <summary>The temporary file is there, and goes. While it is there no other file has its id.</summary>
    private async Task<FenceResult> FenceStagedAsync(string path, WriteAttempt write, StatCompound staged, Deadline deadline, CancellationToken cancellationToken)
    {
        var attributes = staged.Attributes;
        var content = new FileVersion(attributes.FileId, (ulong)attributes.Modified.UtcTicks, attributes.Size);
        var before = await FindAsync(path, deadline, cancellationToken).ConfigureAwait(false);
        var wasThere = await temporaries.RemoveAsync(path, write.TemporaryName, deadline, cancellationToken).ConfigureAwait(false);
        var after = await FindAsync(path, deadline, cancellationToken).ConfigureAwait(false);
        if (write.IsDone || IsSame(before, content) || IsSame(after, content))
        {
            return FenceResult.TookEffect;
        }

        if (!write.HasBegun || write.IsWithdrawn)
        {
            return FenceResult.NoEffect;
        }

        if (!write.Links)
        {
            // What had its temporary name still had not got its own.
            return wasThere == true ? FenceResult.NoEffect : wasThere == false && !write.MayBeWithdrawn ? FenceResult.TookEffect : FenceResult.Unknown;
        }

        // A link counts, and changes the status. A file that was sent at once leaves no trace of that where there is none, and none is written over.
        // What is at the path and changed last before the temporary file was made is what refused the link.
        var made = new FencedName(attributes.Modified, IsFile: true);
        return attributes.Links > 1 ? FenceResult.TookEffect
            : after is not null && made.IsUnchangedFor(TimeSpan.Zero, after.Attributes.MetadataChanged) ? FenceResult.NoEffect
            : write.IsStaged ? write.StagedChange != 0 && write.StagedChange == attributes.Change ? FenceResult.NoEffect : FenceResult.Unknown
            : after is null || write.Sent is not { } sent || attributes.Size < sent.Content?.Length ? FenceResult.NoEffect
            : FenceResult.Unknown;
    }

    /// <summary>A staged file that was about to be published is not there any more: its writer has removed it, or it was published.</summary>
    private async Task<FenceResult> ResultOfMissingAsync(string path, WriteAttempt write, Deadline deadline, CancellationToken cancellationToken)
    {
        if (write.IsDone || (!write.Links && write is { IsWithdrawn: false, MayBeWithdrawn: false }))
        {
            return FenceResult.TookEffect;
        }

        if (write.IsWithdrawn)
        {
            return FenceResult.NoEffect;
        }

        return write.Staged.IsKnown && IsSame(await FindAsync(path, deadline, cancellationToken).ConfigureAwait(false), write.Staged) ? FenceResult.TookEffect : FenceResult.Unknown;
    }

    /// <summary>
    /// The file was sent at once, and leaves no trace but the file itself. What has not changed since, by the server's clock, was there all
    /// the time; what has the content that was sent is as good as the file; and where there is none, none is written over.
    /// </summary>
    private async Task<FenceResult> ResultOfSentAsync(string path, SentContent sent, FencedName fenced, Deadline deadline, CancellationToken cancellationToken)
    {
        var elapsed = settings.Time.GetElapsedTime(sent.Timestamp);
        if (await FindAsync(path, deadline, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return FenceResult.NoEffect;
        }

        if (fenced.IsUnchangedFor(elapsed, found.Attributes.MetadataChanged))
        {
            return FenceResult.NoEffect;
        }

        return sent.Content is { } content && found.Attributes.Type == NfsFileType.Regular && found.Attributes.Size == content.Length
            && await HasContentAsync(path, found.Handle, content, cancellationToken).ConfigureAwait(false)
            ? FenceResult.TookEffect
            : FenceResult.Unknown;
    }

    private async Task<bool> HasContentAsync(string path, FileHandle handle, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var file = new NfsOpenFile(conversation, conversation.Choose(), path, handle, StateId.Anonymous, settings.Time, settings.OperationTimeout);
        var bytes = new byte[content.Length];
        try
        {
            return await file.ReadAsync(0, bytes, cancellationToken).ConfigureAwait(false) == bytes.Length && content.Span.SequenceEqual(bytes);
        }
        catch (Exception unreadable) when (unreadable is (IOException or UnauthorizedAccessException) and not TargetFaultException)
        {
            // It went meanwhile, or may not be read without an open: nobody can tell.
            return false;
        }
    }

    private static bool IsSame(StatCompound? found, FileVersion content) => found is not null
        && new FileVersion(found.Attributes.FileId, (ulong)found.Attributes.Modified.UtcTicks, found.Attributes.Size).IsSame(content);

    /// <summary>
    /// A directory of the deletion's own name keeps its RENAME from ever being carried out. Whether it had been and what has the file's name
    /// now came later, nobody says: but a file that has not changed since the deletion began, by the server's clock, was there all the time.
    /// </summary>
    private async Task<FenceResult> FenceAsync(string path, DeleteAttempt delete, Deadline deadline, CancellationToken cancellationToken)
    {
        if (delete.IsBeyondFence)
        {
            return await ResultOfRemovalAsync(path, delete, deadline, cancellationToken).ConfigureAwait(false);
        }

        var fenced = await names.TakeAsync(path, delete.TemporaryName, makesDirectories: false, deadline, cancellationToken).ConfigureAwait(false);
        if (fenced.IsFile)
        {
            // It has got the attempt's name, so that the file is deleted but for the last step.
            await temporaries.RemoveAsync(path, delete.TemporaryName, deadline, cancellationToken).ConfigureAwait(false);
            return FenceResult.TookEffect;
        }

        var found = await FindAsync(path, deadline, cancellationToken).ConfigureAwait(false);
        return found is null || delete.IsDone ? FenceResult.TookEffect
            : !delete.HasBegun || fenced.IsUnchangedFor(settings.Time.GetElapsedTime(delete.Started), found.Attributes.MetadataChanged) ? FenceResult.NoEffect
            : FenceResult.Unknown;
    }

    /// <summary>A REMOVE of the file's own name was sent. Its session is gone, and it with that.</summary>
    private async Task<FenceResult> ResultOfRemovalAsync(string path, DeleteAttempt delete, Deadline deadline, CancellationToken cancellationToken)
    {
        var found = await FindAsync(path, deadline, cancellationToken).ConfigureAwait(false);
        return found is null ? FenceResult.TookEffect
            : found.Attributes.Version.IsSame(delete.Meant) ? FenceResult.NoEffect
            : FenceResult.Unknown;
    }

    private async Task<StatCompound?> FindAsync(string path, Deadline deadline, CancellationToken cancellationToken)
    {
        var found = new StatCompound();
        await conversation.RunAsync(path, found, deadline, cancellationToken).ConfigureAwait(false);
        return found.Status switch
        {
            NfsStatus.Ok => found,
            NfsStatus.NoEnt or NfsStatus.NotDir or NfsStatus.Symlink => null,
            _ => throw NfsErrors.ToException(found.Status, found.FailedOperation, path, changes: false),
        };
    }
}
