using System.Runtime.CompilerServices;

namespace EfsSharding.Storage;

/// <summary>A volume over an opened directory: a kernel mount, a volume that the platform mounted, or a local directory.</summary>
internal sealed class DirectoryVolume : IVolume
{
    private const int ChunkLength = 1 << 20;

    private readonly IRootDirectory _root;
    private readonly VolumeLanes _lanes;
    private readonly BlockingLane _lane;
    private readonly TimeProvider _timeProvider;

    public DirectoryVolume(string rootPath, IRootDirectory root, VolumeLanes lanes, TimeProvider timeProvider)
    {
        RootPath = rootPath;
        _root = root;
        _lanes = lanes;
        _lane = lanes.OperationsOfOpened();
        _timeProvider = timeProvider;
    }

    public string? RootPath { get; }

    public object? Mount => _lanes;

    public Task<byte[]> ReadAllBytesAsync(string path, CancellationToken cancellationToken) =>
        _lane.RunAsync(static s => s._root.ReadAllBytes(s.path), (_root, path), changes: false, cancellationToken);

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) =>
        new VolumeReadStream(
            await _lane.RunAsync(static s => s._root.OpenRead(s.path), (_root, path), changes: false, cancellationToken).ConfigureAwait(false),
            _lane,
            path);

    public Task WriteAsync(string path, PendingWrite write, CancellationToken cancellationToken) =>
        write.Content.IsBuffered && write.Content.Bytes.Length <= ChunkLength
            ? _lane.RunAsync(static s => WriteWhole(s._root, s.path, s.write, s.Current), (_root, path, write, write.Current), changes: true, cancellationToken)
            : WriteInChunksAsync(path, write, cancellationToken);

    public Task<FileAttributes?> GetAttributesAsync(string path, CancellationToken cancellationToken) =>
        _lane.RunAsync(static s => s._root.GetAttributes(s.path), (_root, path), changes: false, cancellationToken);

    public Task<bool> DeleteAsync(string path, CancellationToken cancellationToken) =>
        _lane.RunAsync(static s => s._root.Delete(s.path), (_root, path), changes: true, cancellationToken);

    public async IAsyncEnumerable<DirectoryEntry> ListAsync(
        string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listing = new SteppedListing(_root.List(directory, _timeProvider.GetUtcNow() - TemporaryName.SweepAge).GetEnumerator());
        try
        {
            while (await _lane.RunAsync(static l => l.Next(), listing, changes: false, cancellationToken).ConfigureAwait(false) is { } entries)
            {
                foreach (var entry in entries)
                {
                    yield return entry;
                }
            }
        }
        finally
        {
            listing.CloseWhenIdle();
        }
    }

    public Task ProbeAsync(CancellationToken cancellationToken) =>
        _lanes.Upkeep.RunAsync(static root => { root.Probe(); return true; }, _root, changes: false, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _ = _lanes.Upkeep.Post(static root => root.Dispose(), _root);
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

        var file = new ChunkedWrite(staged, _timeProvider);
        var begun = false;
        try
        {
            for (var bytes = write.Content.Bytes; bytes.Length > 0; bytes = bytes[Math.Min(bytes.Length, ChunkLength)..])
            {
                await WriteChunkAsync(file, bytes[..Math.Min(bytes.Length, ChunkLength)], cancellationToken).ConfigureAwait(false);
                begun = true;
            }

            var buffer = write.Content.IsBuffered ? [] : new byte[ChunkLength];
            int count;
            while ((count = await write.Content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await WriteChunkAsync(file, buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                begun = true;
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
            // Nobody waits for it, as the content is in place or will never be. Removing a temporary file may hang like any call.
            _ = _lane.Post(static f => f.CloseWhenIdle(), file);
        }
    }

    private Task<bool> WriteChunkAsync(ChunkedWrite file, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken) =>
        _lane.RunAsync(static s => s.file.Write(s.chunk.Span), (file, chunk), changes: true, cancellationToken);
}
