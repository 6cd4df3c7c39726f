using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Reading;

/// <summary>
/// Reads files: a small one in one round trip, a large one in many of which several are under way. A stream over a large file holds it open; what
/// is read at once is opened only when it was replaced meanwhile, and then read again from the start.
/// </summary>
internal sealed class NfsFileReader(NfsVolumeSettings settings, FirstReader first, FileHolder holder)
{
    private const int FirstChunkBytes = 128 * 1024;

    private const int MaxSecondLooks = 3;

    /// <summary>With less time left a read does not start again.</summary>
    private static readonly TimeSpan LastRestart = TimeSpan.FromSeconds(1);

    public async Task<byte[]> ReadAllBytesAsync(string path, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
        for (var attempt = 0; ; attempt++)
        {
            var begun = (attempt == 0 ? null : await TryHoldAsync(path, deadline, cancellationToken).ConfigureAwait(false))
                ?? await first.ReadAsync(path, deadline, cancellationToken).ConfigureAwait(false);
            if (begun.File is null)
            {
                return begun.First;
            }

            try
            {
                return await ReadRestAsync(path, begun, cancellationToken).ConfigureAwait(false);
            }
            catch (StaleFileException replaced) when (attempt == 0 || deadline.Remaining > LastRestart)
            {
                // Between two reads another file took the name: all of that one is read instead, and held from now on.
                if (attempt > 0)
                {
                    await NfsConversation.DelayAsync(attempt, replaced.Message, deadline, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (StaleFileException replaced)
            {
                throw new FileChangedException(
                    path, $"'{path}' was replaced each time that it was read, and the server does not keep what is open. Read it again.", replaced);
            }
            finally
            {
                holder.Release(begun.File);
            }
        }
    }

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
        for (var attempt = 0; ; attempt++)
        {
            var begun = await first.ReadAsync(path, deadline, cancellationToken).ConfigureAwait(false);
            if (begun.File is not { } file)
            {
                return new NfsReadStream(holder, path, begun, null, 0, 0);
            }

            var chunkBytes = await ChunkBytesAsync(file, cancellationToken).ConfigureAwait(false);
            if (file.IsHeld)
            {
                return new NfsReadStream(holder, path, begun, null, chunkBytes, settings.ReadAhead);
            }

            try
            {
                return await HoldAsync(path, begun, file, chunkBytes, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (FileNotFoundException) when (attempt < MaxSecondLooks)
            {
                // It was there a moment ago. Deleted, or replaced just now: servers have been seen to say this of a name while a RENAME gives it to another file.
                await NfsConversation.DelayAsync(attempt, "its file comes and goes", deadline, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Opens the file that a stream has begun with, or the one that has its name by now: nothing was given of the first one.</summary>
    private async Task<Stream> HoldAsync(
        string path, BegunRead begun, NfsOpenFile file, int chunkBytes, Deadline deadline, CancellationToken cancellationToken)
    {
        var count = (int)Math.Min(Math.Min(FirstChunkBytes, chunkBytes), begun.Length - begun.First.Length);
        var held = await holder.HoldAsync(file.Client, path, begun.First.Length, count, deadline, cancellationToken).ConfigureAwait(false);
        if (held.File.Handle.Equals(file.Handle) && held.Attributes.Size >= begun.First.Length)
        {
            var same = begun with { File = held.File, Version = held.Attributes.Version };
            return new NfsReadStream(holder, path, same, held.Chunk, chunkBytes, settings.ReadAhead);
        }

        held.Chunk?.Dispose();
        return new NfsReadStream(holder, path, new BegunRead(held.File, [], held.Attributes.Version), null, chunkBytes, settings.ReadAhead);
    }

    /// <returns>Null when there is no such file at this moment.</returns>
    private async Task<BegunRead?> TryHoldAsync(string path, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            var held = await first.HoldAsync(path, deadline, cancellationToken).ConfigureAwait(false);
            return new BegunRead(held.File, [], held.Attributes.Version);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private async ValueTask<int> ChunkBytesAsync(NfsOpenFile file, CancellationToken cancellationToken) =>
        (await file.Client.GetSessionAsync(Deadline.After(settings.Time, settings.OperationTimeout), cancellationToken).ConfigureAwait(false)).Transfer.MaxReadBytes;

    private async Task<byte[]> ReadRestAsync(string path, BegunRead begun, CancellationToken cancellationToken)
    {
        if (begun.Length > Array.MaxLength)
        {
            throw new IOException($"'{path}' has {begun.Length} bytes, more than an array can hold. Open it as a stream.");
        }

        var chunkBytes = await ChunkBytesAsync(begun.File!, cancellationToken).ConfigureAwait(false);
        var content = GC.AllocateUninitializedArray<byte>((int)begun.Length);
        begun.First.CopyTo(content, 0);
        var parts = new List<(int Start, int Count, Task<int> Read)>();
        var offset = begun.First.Length;
        for (var next = 0; offset < content.Length || next < parts.Count;)
        {
            while (offset < content.Length && parts.Count - next < settings.ReadAhead)
            {
                var count = Math.Min(chunkBytes, content.Length - offset);
                parts.Add((offset, count, begun.File!.ReadAsync(offset, content.AsMemory(offset, count), cancellationToken)));
                offset += count;
            }

            var (start, wanted, read) = parts[next++];
            try
            {
                if (await read.ConfigureAwait(false) is var came && came < wanted)
                {
                    // The file has become shorter. What follows may be there again, and there is a gap between.
                    await SettleAsync(parts, next).ConfigureAwait(false);
                    return content[..(start + came)];
                }
            }
            catch
            {
                await SettleAsync(parts, next).ConfigureAwait(false);
                throw;
            }
        }

        return content;
    }

    /// <summary>What is still under way writes into an array that nobody gets.</summary>
    private static Task SettleAsync(List<(int Start, int Count, Task<int> Read)> parts, int next) =>
        Task.WhenAll(parts.Skip(next).Select(part => (Task)part.Read)).ContinueWith(static _ => { }, TaskScheduler.Default);
}
