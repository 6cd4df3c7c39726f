using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>
/// Adds bytes at the end of a file that is there. The end is found once, so that writing again after a doubt adds nothing twice. What
/// was added before a failure is taken back.
/// </summary>
internal sealed class FileAppender(NfsConversation conversation, NfsVolumeSettings settings, FileOpener opener, NfsBackground background, ILogger logger)
{
    private const int MaxAttempts = 5;

    /// <exception cref="FileNotFoundException">There is no file.</exception>
    public async Task AppendAsync(NfsClient client, string path, PendingWrite write, int chunkBytes, CancellationToken cancellationToken)
    {
        (FileHandle Handle, NfsAttributes Attributes, long End)? begun = null;
        for (var attempt = 1; ; attempt++)
        {
            write.Current.ThrowIfAbandoned(path);
            var open = await OpenAsync(client, path, begun is not null, cancellationToken).ConfigureAwait(false);
            var file = new NfsOpenFile(conversation, client, path, open.Handle, open.State, settings.Time, settings.OperationTimeout);
            using var writes = new UncommittedWrites(file, path, chunkBytes, settings.WriteBehind, settings.MaxUncommittedBytes, logger);
            try
            {
                var start = StartOf(path, open, begun);
                write.Current.Begin(path);
                await FileFiller.FillAsync(writes, write.Content, start, cancellationToken).ConfigureAwait(false);
                write.Current.MarkPublished();
                return;
            }
            catch (StaleFileException) when (attempt < MaxAttempts && write.Content.TryRewind())
            {
                await writes.DrainAsync().ConfigureAwait(false);
                begun = (begun?.Handle ?? open.Handle, begun?.Attributes ?? open.Attributes, Math.Max(begun?.End ?? 0, writes.End));
            }
            catch (Exception failure) when (failure is not ChangeInDoubtException)
            {
                var end = Math.Max(begun?.End ?? 0, writes.End);
                if (end > 0)
                {
                    await TakeBackAsync(file, open.State, path, (begun?.Attributes ?? open.Attributes).Size, end, await writes.DrainAsync().ConfigureAwait(false), failure).ConfigureAwait(false);
                }

                if (failure is StaleFileException or TargetFaultException { MayTakeEffect: true })
                {
                    throw new TargetFaultException(failure.Message, mayTakeEffect: false, failure);
                }

                throw;
            }
            finally
            {
                background.Run(_ => file.CloseAsync(CancellationToken.None));
            }
        }
    }

    /// <summary>An open that was not answered adds nothing, whenever it is carried out.</summary>
    private async Task<OpenFileCompound> OpenAsync(NfsClient client, string path, bool hasBegun, CancellationToken cancellationToken)
    {
        OpenFileCompound open;
        try
        {
            var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
            open = (await opener.OpenAsync(client, path, null, OpenMode.WriteExisting, deadline, cancellationToken).ConfigureAwait(false))!;
        }
        catch (TargetFaultException fault) when (fault.MayTakeEffect != hasBegun)
        {
            throw new TargetFaultException(fault.Message, mayTakeEffect: hasBegun, fault);
        }

        if (open.Status == NfsStatus.Ok)
        {
            return open;
        }

        // Whether a directory is in the way, or gives way, is found out when the file is made.
        throw open.Status is NfsStatus.NoEnt or NfsStatus.NotDir or NfsStatus.IsDir
            ? new FileNotFoundException($"There is no file '{path}'.", path)
            : NfsErrors.ToException(open.Status, open.FailedOperation, path, changes: true);
    }

    /// <summary>Where the first try began, if this is the same file still; its present end, if nothing was added to it yet.</summary>
    private static long StartOf(string path, OpenFileCompound open, (FileHandle Handle, NfsAttributes Attributes, long End)? begun)
    {
        if (open.Attributes.Type != NfsFileType.Regular)
        {
            throw NfsErrors.ToException(NfsStatus.WrongType, NfsOpcode.Open, path, changes: true);
        }

        if (begun is not { End: > 0 } first)
        {
            return open.Attributes.Size;
        }

        var isSame = first.Attributes.FileId == open.Attributes.FileId
            && open.Attributes.Size >= first.Attributes.Size && open.Attributes.Size <= Math.Max(first.End, first.Attributes.Size);
        return isSame
            ? first.Attributes.Size
            : throw new ChangeInDoubtException(
                path, $"'{path}' was replaced or added to by somebody else while it was being appended to; some of the bytes may be there. Read its end before you append again.") { MayHaveTakenEffect = true };
    }

    /// <summary>Cuts the file to where the append began, unless somebody else has added to it.</summary>
    private static async Task TakeBackAsync(NfsOpenFile file, StateId state, string path, long start, long end, Task settled, Exception failure)
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
}
