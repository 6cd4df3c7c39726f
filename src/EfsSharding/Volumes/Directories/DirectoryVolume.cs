using System.Runtime.CompilerServices;
using EfsSharding.Volumes.Directories.Lanes;

namespace EfsSharding.Volumes.Directories;

/// <summary>A volume over an opened directory: a kernel mount, a volume that the platform mounted, or a local directory.</summary>
internal sealed class DirectoryVolume : IVolume
{
    private const int ChunkLength = 1 << 20;

    private readonly IRootDirectory _root;
    private readonly VolumeLanes _lanes;
    private readonly BlockingLane _lane;
    private readonly TimeProvider _timeProvider;
    private readonly TemporarySightings _sightings;
    private readonly EmptiedDirectories _emptied;

    public DirectoryVolume(string rootPath, IRootDirectory root, VolumeLanes lanes, TimeProvider timeProvider)
    {
        RootPath = rootPath;
        _root = root;
        _lanes = lanes;
        _lane = lanes.OperationsOfOpened();
        _timeProvider = timeProvider;
        _sightings = new TemporarySightings(timeProvider);
        _emptied = new EmptiedDirectories(
            (directory, token) => _lane.RunAsync(static s => s._root.RemoveEmptyDirectory(s.directory), (_root, directory), changes: true, token), timeProvider);
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

    public Task WriteAsync(string path, PendingWrite write, CancellationToken cancellationToken)
    {
        _emptied.NoteWritten(path);
        return write.Mode == FileWriteMode.Append || write.Expected is not null
            ? LockedAsync(path, static async (s, token) => { await s.self.WriteOnceAsync(s.path, s.write, token).ConfigureAwait(false); return true; }, (self: this, path, write), cancellationToken)
            : WriteOnceAsync(path, write, cancellationToken);
    }

    private Task WriteOnceAsync(string path, PendingWrite write, CancellationToken cancellationToken) =>
        write.Content.IsBuffered && write.Content.Bytes.Length <= ChunkLength
            ? _lane.RunAsync(static s => WriteWhole(s._root, s.path, s.write, s.Current), (_root, path, write, write.Current), changes: true, cancellationToken)
            : WriteInChunksAsync(path, write, cancellationToken);

    /// <summary>A lock that another client holds is asked for again from here, so that nobody waits on a thread of the lane.</summary>
    private async Task<bool> LockedAsync<TState>(string path, Func<TState, CancellationToken, Task<bool>> call, TState state, CancellationToken cancellationToken)
    {
        var started = _timeProvider.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await call(state, cancellationToken).ConfigureAwait(false);
            }
            catch (PathLockedException) when (_timeProvider.GetElapsedTime(started) < _lane.Timeout)
            {
                await Task.Delay(LockDelay.After(attempt), _timeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (PathLockedException)
            {
                throw LockDelay.TimedOut(path, _lane.Timeout);
            }
        }
    }

    public Task<FileAttributes?> GetAttributesAsync(string path, CancellationToken cancellationToken) =>
        _lane.RunAsync(static s => s._root.GetAttributes(s.path), (_root, path), changes: false, cancellationToken);

    public async Task<bool> DeleteAsync(string path, DeleteAttempt attempt, CancellationToken cancellationToken)
    {
        var deleted = attempt.Expected is null
            ? await DeleteOnceAsync(path, attempt, cancellationToken).ConfigureAwait(false)
            : await LockedAsync(path, static (s, token) => s.self.DeleteOnceAsync(s.path, s.attempt, token), (self: this, path, attempt), cancellationToken).ConfigureAwait(false);
        if (deleted)
        {
            _emptied.NoteDeleted(path);
        }

        return deleted;
    }

    private Task<bool> DeleteOnceAsync(string path, DeleteAttempt attempt, CancellationToken cancellationToken) =>
        _lane.RunAsync(static s => s._root.Delete(s.path, s.attempt), (_root, path, attempt), changes: true, cancellationToken);

    public async Task<FenceResult> FenceAsync(string path, ChangeAttempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            var result = await _lane.RunAsync(static s => s._root.Fence(s.path, s.attempt), (_root, path, attempt), changes: true, cancellationToken).ConfigureAwait(false);
            _ = UnfenceAsync(path, attempt);
            return result;
        }
        catch (TargetFaultException fault) when (fault.MayTakeEffect)
        {
            // A fence that is set late is set all the same, and changes no file.
            throw new TargetFaultException(fault.Message, mayTakeEffect: false, fault);
        }
    }

    public async IAsyncEnumerable<DirectoryEntry> ListAsync(
        string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listing = new SteppedListing(_root.List(directory, _sightings).GetEnumerator());
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

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await _lanes.Upkeep.RunAsync(static root => { root.Probe(); return true; }, _root, changes: false, cancellationToken).ConfigureAwait(false);
        _lane.NoteAnswer();
    }

    public async ValueTask DisposeAsync()
    {
        await _emptied.DisposeAsync().ConfigureAwait(false);
        _ = _lanes.Upkeep.Post(static root => root.Dispose(), _root);
    }

    /// <summary>Nobody waits for it: what stays is hidden, and swept later.</summary>
    private async Task UnfenceAsync(string path, ChangeAttempt attempt)
    {
        try
        {
            await attempt.Settled.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _lane.RunAsync(static s => { s._root.Unfence(s.path, s.attempt); return true; }, (_root, path, attempt), changes: true, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static bool WriteWhole(IRootDirectory root, string path, PendingWrite write, WriteAttempt attempt)
    {
        using var staged = root.Stage(path, write, attempt);
        try
        {
            staged.Write(write.Content.Bytes.Span);
            staged.Publish();
            return true;
        }
        catch (Exception e) when (write.Mode == FileWriteMode.Append && e is not TargetFaultException && staged.TakeBack() is var left and > 0)
        {
            throw new PartialAppendException(left, e);
        }
    }

    private async Task WriteInChunksAsync(string path, PendingWrite write, CancellationToken cancellationToken)
    {
        var file = new ChunkedWrite(
            await _lane.RunAsync(
                static s => s._root.Stage(s.path, s.write, s.Current), (_root, path, write, write.Current), changes: true, cancellationToken).ConfigureAwait(false),
            _timeProvider);
        await using var touches = _timeProvider.CreateTimer(_ => _ = _lane.Post(static f => f.Touch(), file), null, TemporaryName.TouchInterval, TemporaryName.TouchInterval).ConfigureAwait(false);
        try
        {
            for (var bytes = write.Content.Bytes; bytes.Length > 0; bytes = bytes[Math.Min(bytes.Length, ChunkLength)..])
            {
                await WriteChunkAsync(file, bytes[..Math.Min(bytes.Length, ChunkLength)], cancellationToken).ConfigureAwait(false);
            }

            var buffer = write.Content.IsBuffered ? [] : new byte[ChunkLength];
            int count;
            while ((count = await write.Content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await WriteChunkAsync(file, buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            await _lane.RunAsync(static f => f.Publish(), file, changes: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (write.Mode == FileWriteMode.Append)
        {
            await TakeBackAsync(file, e).ConfigureAwait(false);
            throw;
        }
        finally
        {
            // Nobody waits for it, as the content is in place or will never be. Removing a temporary file may hang like any call.
            _ = _lane.Post(static f => f.CloseWhenIdle(), file);
        }
    }

    /// <summary>An append that failed leaves nothing, or says what it left.</summary>
    private async Task TakeBackAsync(ChunkedWrite file, Exception cause)
    {
        if (cause is TargetFaultException { MayTakeEffect: true })
        {
            // A step hangs, and uses the file.
            return;
        }

        long left;
        try
        {
            left = await _lane.RunAsync(static f => f.TakeBack(), file, changes: true, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException fault) when (fault is TargetFaultException or StoreBusyException)
        {
            throw new TargetFaultException($"{cause.Message} What it had added could not be taken back: {fault.Message}", mayTakeEffect: true, cause) { Settled = (fault as TargetFaultException)?.Settled ?? Task.CompletedTask };
        }

        if (left > 0)
        {
            throw new PartialAppendException(left, cause);
        }
    }

    private Task<bool> WriteChunkAsync(ChunkedWrite file, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken) =>
        _lane.RunAsync(static s => s.file.Write(s.chunk.Span), (file, chunk), changes: true, cancellationToken);
}
