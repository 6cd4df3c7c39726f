using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files;

/// <summary>Reads files: a small one in one round trip, a large one in many of which several are under way.</summary>
internal sealed class NfsFileReader(NfsVolumeSettings settings, FirstReader first)
{
    public async Task<byte[]> ReadAllBytesAsync(string path, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
        for (var attempt = 0; ; attempt++)
        {
            var begun = await first.ReadAsync(path, deadline, cancellationToken).ConfigureAwait(false);
            if (begun.File is null)
            {
                return begun.First;
            }

            try
            {
                return await ReadRestAsync(path, begun, cancellationToken).ConfigureAwait(false);
            }
            catch (StaleFileException replaced)
            {
                // Between two reads another file took the name: all of that one is read instead.
                await NfsConversation.DelayAsync(attempt, replaced.Message, deadline, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await begun.File.CloseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
        var begun = await first.ReadAsync(path, deadline, cancellationToken).ConfigureAwait(false);
        var chunkBytes = begun.File is null ? 0 : await ChunkBytesAsync(begun.File, cancellationToken).ConfigureAwait(false);
        return new NfsReadStream(this, path, begun, chunkBytes, settings.ReadAhead);
    }

    /// <summary>Finds the file that a stream reads again, when its handle was forgotten but the file is still there.</summary>
    public async Task<BegunRead> ReopenAsync(string path, NfsOpenFile file, StaleFileException stale, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
        var begun = await first.ReadAsync(path, deadline, cancellationToken).ConfigureAwait(false);
        return begun.File?.Handle.Equals(file.Handle) == true ? begun : throw new FileChangedException(path, stale.Message, stale);
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
        var ends = new List<(int End, Task<int> Read)>();
        var offset = begun.First.Length;
        var length = offset;
        for (var next = 0; offset < content.Length || next < ends.Count;)
        {
            while (offset < content.Length && ends.Count - next < settings.ReadAhead)
            {
                var count = Math.Min(chunkBytes, content.Length - offset);
                ends.Add((offset, begun.File!.ReadAsync(offset, content.AsMemory(offset, count), cancellationToken)));
                offset += count;
            }

            var (start, read) = ends[next++];
            try
            {
                length = Math.Max(length, start + await read.ConfigureAwait(false));
            }
            catch
            {
                // What is still under way writes into this array only, which nobody gets.
                await Task.WhenAll(ends.Skip(next).Select(e => (Task)e.Read)).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
                throw;
            }
        }

        return length == content.Length ? content : content[..length];
    }
}
