using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Reading;

/// <summary>
/// A file for reading. Its first bytes came when it was opened; a caller that reads on in order finds the next parts under way
/// already, one that jumps about does not pay for them.
/// </summary>
internal sealed class NfsReadStream : ReadOnlyStream, IFileIdentity
{
    private const int MaxRecoveries = 3;
    private readonly FileHolder _holder;
    private readonly string _path;
    private readonly byte[] _first;
    private readonly ReadAheadQueue? _ahead;
    private readonly CancellationTokenSource? _closing;

    /// <summary>Guards all below, and keeps a chunk from being given back while it is copied from.</summary>
    private readonly Lock _gate = new();
    private NfsOpenFile? _file;
    private Task? _recovery;
    private bool _closed;

    /// <param name="holder">Holds the file open.</param>
    /// <param name="path">The file.</param>
    /// <param name="begun">The file and its first bytes.</param>
    /// <param name="next">The part behind those, where it came with them.</param>
    /// <param name="chunkBytes">The most that is read at once.</param>
    /// <param name="maxAhead">The most parts that are under way at once.</param>
    public NfsReadStream(FileHolder holder, string path, BegunRead begun, FileChunk? next, int chunkBytes, int maxAhead)
    {
        (_holder, _path, _first, _file) = (holder, path, begun.First, begun.File);
        (Version, FileLength) = (begun.Version, begun.Length);
        if (_file is not null)
        {
            _closing = new CancellationTokenSource();
            _ahead = new ReadAheadQueue(FileLength, _first.Length, chunkBytes, maxAhead, _closing.Token);
        }

        if (next is not null)
        {
            _ahead!.Add(_file!, next);
        }
    }

    public FileVersion Version { get; }

    public ReadOnlyMemory<byte> Handle => _file?.Handle.Memory ?? default;

    protected override long FileLength { get; }

    protected override ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        Position < _first.Length ? new ValueTask<int>(TakeFirst(buffer.Span)) : ReadOnAsync(buffer, cancellationToken);

    protected override int ReadCore(Span<byte> buffer)
    {
        for (var recoveries = 0; Position is var position && position >= _first.Length && position < FileLength;)
        {
            var chunk = Find(position, blocks: true);
            try
            {
                if (TryTake(chunk, chunk.Read.GetAwaiter().GetResult(), buffer, out var count))
                {
                    return count;
                }
            }
            catch (StaleFileException stale)
            {
                RecoverAsync(chunk, stale, recoveries++).GetAwaiter().GetResult();
            }
            catch (Exception failure)
            {
                StartAgain(failure);
                throw;
            }
        }

        return TakeFirst(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _file is not null && CloseOnce() is { } file)
        {
            _closing!.Cancel();
            _closing.Dispose();
            _holder.Release(file);
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadOnAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        for (var recoveries = 0; Position is var position && position >= _first.Length && position < FileLength;)
        {
            var chunk = Find(position, blocks: false);
            try
            {
                if (TryTake(chunk, await chunk.Read.WaitAsync(cancellationToken).ConfigureAwait(false), buffer.Span, out var count))
                {
                    return count;
                }
            }
            catch (StaleFileException stale)
            {
                await RecoverAsync(chunk, stale, recoveries++).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                StartAgain(failure);
                throw;
            }
        }

        return TakeFirst(buffer.Span);
    }

    private int TakeFirst(Span<byte> buffer)
    {
        var position = Position;
        var count = (int)Math.Clamp(_first.Length - position, 0, buffer.Length);
        if (count > 0)
        {
            _first.AsSpan((int)position, count).CopyTo(buffer);
            Position = position + count;
        }

        return count;
    }

    /// <returns>False when somebody else reads the stream too, and has moved on or dropped the chunk: to be looked for again.</returns>
    private bool TryTake(ReadAheadChunk chunk, FileChunk arrived, Span<byte> buffer, out int count)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            count = 0;
            var from = Position - chunk.Offset;
            if (chunk.IsDiscarded || from < 0 || from >= chunk.Count)
            {
                return false;
            }

            // Fewer than were asked for: the file has become shorter.
            count = (int)Math.Clamp(arrived.Bytes.Length - from, 0, buffer.Length);
            if (count > 0)
            {
                arrived.Bytes.Span.Slice((int)from, count).CopyTo(buffer);
                Position += count;
            }

            return true;
        }
    }

    /// <summary>Has the file opened again, once for all who wait for it. A caller that leaves does not end that: the open may have been made by then.</summary>
    private Task RecoverAsync(ReadAheadChunk chunk, StaleFileException stale, int recoveries)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (chunk.File != _file)
            {
                // It was opened again since.
                return Task.CompletedTask;
            }

            _ahead!.StartAgain(Position);
            if (recoveries == MaxRecoveries)
            {
                throw new TargetFaultException($"'{_path}' is opened again and again, and then not taken for open ({stale.Status}).", mayTakeEffect: false, stale);
            }

            if (_recovery is not null)
            {
                return _recovery;
            }

            // It ends under the lock, so not between these two unless it has ended already.
            var recovery = RecoverFileAsync(_file, stale);
            _recovery = recovery.IsCompleted ? null : recovery;
            return recovery;
        }
    }

    private async Task RecoverFileAsync(NfsOpenFile lost, StaleFileException stale)
    {
        try
        {
            var found = await _holder.RecoverAsync(_path, lost, stale, CancellationToken.None).ConfigureAwait(false);
            if (EndRecovery(found))
            {
                return;
            }

            _holder.Release(found);
        }
        catch when (!EndRecovery(null))
        {
        }

        throw new ObjectDisposedException(GetType().FullName);
    }

    /// <returns>False when the stream was disposed meanwhile.</returns>
    private bool EndRecovery(NfsOpenFile? found)
    {
        lock (_gate)
        {
            _recovery = null;
            _file = _closed ? _file : found ?? _file;
            return !_closed;
        }
    }

    private ReadAheadChunk Find(long position, bool blocks)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return _ahead!.Find(_file!, position, blocks);
        }
    }

    /// <exception cref="ObjectDisposedException">That is why it failed.</exception>
    private void StartAgain(Exception failure)
    {
        lock (_gate)
        {
            if (_closed && failure is not ObjectDisposedException)
            {
                throw new ObjectDisposedException(GetType().FullName, failure);
            }

            if (!_closed)
            {
                _ahead!.StartAgain(Position);
            }
        }
    }

    /// <returns>What is to be released; null when it was closed before.</returns>
    private NfsOpenFile? CloseOnce()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return null;
            }

            _closed = true;
            _ahead!.StartAgain(0);
            return _file;
        }
    }
}
