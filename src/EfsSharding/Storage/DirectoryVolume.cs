using System.Runtime.CompilerServices;

namespace EfsSharding.Storage;

/// <summary>A volume over an opened directory: a kernel mount, a volume that the platform mounted, or a local directory.</summary>
internal sealed class DirectoryVolume : IVolume
{
    private const int ChunkLength = 1 << 20;

    private readonly IRootDirectory _root;
    private readonly BlockingLane _lane;
    private readonly TimeProvider _timeProvider;
    private volatile bool _closed;

    public DirectoryVolume(string rootPath, IRootDirectory root, BlockingLane lane, TimeProvider timeProvider)
    {
        RootPath = rootPath;
        _root = root;
        _lane = lane;
        _timeProvider = timeProvider;
    }

    public string? RootPath { get; }

    public Task<byte[]> ReadAllBytesAsync(string path, CancellationToken cancellationToken) =>
        _lane.RunAsync(static s => s._root.ReadAllBytes(s.path), (_root, path), changes: false, cancellationToken);

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) =>
        new VolumeReadStream(
            await _lane.RunAsync(static s => s._root.OpenRead(s.path), (_root, path), changes: false, cancellationToken).ConfigureAwait(false),
            _lane,
            path);

    public Task WriteAsync(string path, PendingWrite write, CancellationToken cancellationToken) =>
        write.Content.IsBuffered
            ? _lane.RunAsync(static s => WriteWhole(s._root, s.path, s.write, s.Current), (_root, path, write, write.Current), changes: true, cancellationToken)
            : WriteInChunksAsync(path, write, cancellationToken);

    public Task<FileAttributes?> GetAttributesAsync(string path, CancellationToken cancellationToken) =>
        _lane.RunAsync(static s => s._root.GetAttributes(s.path), (_root, path), changes: false, cancellationToken);

    public Task<bool> DeleteAsync(string path, CancellationToken cancellationToken) =>
        _lane.RunAsync(static s => s._root.Delete(s.path), (_root, path), changes: true, cancellationToken);

    public async IAsyncEnumerable<DirectoryEntry> ListAsync(
        string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listing = _root.List(directory, _timeProvider.GetUtcNow() - TemporaryName.SweepAge).GetEnumerator();
        var stepEnded = true;
        try
        {
            while (true)
            {
                stepEnded = false;
                var more = await _lane.RunAsync(static l => l.MoveNext(), listing, changes: false, cancellationToken).ConfigureAwait(false);
                stepEnded = true;
                if (!more)
                {
                    break;
                }

                foreach (var entry in listing.Current)
                {
                    yield return entry;
                }
            }
        }
        finally
        {
            // A step that hangs still uses the directory; its handle then goes with the enumerator.
            if (stepEnded)
            {
                listing.Dispose();
            }
        }
    }

    public Task ProbeAsync(CancellationToken cancellationToken) =>
        _lane.RunAsync(static root => { root.Probe(); return true; }, _root, changes: false, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _closed = true;
        _lane.Dispose();
        _root.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool WriteWhole(IRootDirectory root, string path, PendingWrite write, WriteAttempt attempt)
    {
        using var staged = root.Stage(path, write, attempt);
        staged?.Write(write.Content.Bytes.Span);
        staged?.Publish();
        return true;
    }

    private async Task WriteInChunksAsync(string path, PendingWrite write, CancellationToken cancellationToken)
    {
        var staged = await _lane.RunAsync(
            static s => s._root.Stage(s.path, s.write, s.Current), (_root, path, write, write.Current), changes: true, cancellationToken).ConfigureAwait(false);
        if (staged is null)
        {
            return;
        }

        var file = new ChunkedWrite(staged);
        var begun = false;
        try
        {
            await WriteChunkAsync(file, write.Content.Bytes, cancellationToken).ConfigureAwait(false);
            begun = true;
            var buffer = new byte[ChunkLength];
            int count;
            while ((count = await write.Content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await WriteChunkAsync(file, buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            await _lane.RunAsync(static f => f.Publish(), file, changes: true, cancellationToken).ConfigureAwait(false);
        }
        catch (TargetFaultException fault) when (begun && write.Mode == FileWriteMode.Append && !fault.MayTakeEffect)
        {
            // The step that failed did nothing, but the bytes of those before it are in the file already.
            throw new TargetFaultException(fault.Message, mayTakeEffect: true, fault) { Settled = fault.Settled };
        }
        finally
        {
            // Nobody waits for it, as the content is in place or will never be.
            _ = CloseAsync(file);
        }
    }

    /// <summary>
    /// Removing a temporary file may hang like any call; what cannot be removed now is swept later. The descriptors are another
    /// matter: while the lane is full of calls that hang, closing them takes its turn again and again.
    /// </summary>
    private async Task CloseAsync(ChunkedWrite file)
    {
        while (true)
        {
            try
            {
                await _lane.RunAsync(static f => f.CloseWhenIdle(), file, changes: true, CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (TargetFaultException) when (!_closed)
            {
                // Either it was not started, or it hangs, and then the next one finds that there is nothing left to do.
            }
            catch (TargetFaultException)
            {
                await Task.Factory.StartNew(file.CloseWhenIdle, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                    .ConfigureAwait(false);
                return;
            }
        }
    }

    private Task<bool> WriteChunkAsync(ChunkedWrite file, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken) =>
        _lane.RunAsync(static s => s.file.Write(s.chunk.Span), (file, chunk), changes: true, cancellationToken);
}
