using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Reading;

/// <summary>
/// A file for reading. Its first bytes came when it was opened; a caller that reads on in order finds the next parts under way
/// already, one that jumps about does not pay for them.
/// </summary>
internal sealed class NfsReadStream : ReadOnlyStream, IFileIdentity
{
    private const int FirstChunkBytes = 128 * 1024;
    private const int MaxRecoveries = 3;
    private readonly FileHolder _holder;
    private readonly string _path;
    private readonly byte[] _first;
    private readonly int _chunkBytes;
    private readonly int _maxAhead;
    private readonly Queue<ReadAheadChunk>? _ahead;
    private readonly CancellationTokenSource? _closing;
    private NfsOpenFile? _file;
    private long _nextAhead;
    private int _depth = 1;

    /// <param name="holder">Holds the file open.</param>
    /// <param name="path">The file.</param>
    /// <param name="begun">The file and its first bytes.</param>
    /// <param name="next">The part behind those, where it came with them.</param>
    /// <param name="chunkBytes">The most that is read at once.</param>
    /// <param name="maxAhead">The most parts that are under way at once.</param>
    public NfsReadStream(FileHolder holder, string path, BegunRead begun, FileChunk? next, int chunkBytes, int maxAhead)
    {
        (_holder, _path, _first, _file, _chunkBytes, _maxAhead) = (holder, path, begun.First, begun.File, chunkBytes, maxAhead);
        (Version, FileLength, _nextAhead) = (begun.Version, begun.Length, _first.Length);
        if (_file is not null)
        {
            (_ahead, _closing) = ([], new CancellationTokenSource());
        }

        if (next is not null)
        {
            _ahead!.Enqueue(new ReadAheadChunk(next, _nextAhead));
            _nextAhead += next.Bytes.Length;
        }
    }

    public FileVersion Version { get; }

    public ReadOnlyMemory<byte> Handle => _file?.Handle.Memory ?? default;

    protected override long FileLength { get; }

    protected override ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        Position < _first.Length ? new ValueTask<int>(TakeFirst(buffer.Span)) : ReadOnAsync(buffer, cancellationToken);

    protected override int ReadCore(Span<byte> buffer)
    {
        for (var recoveries = 0; Position >= _first.Length; recoveries++)
        {
            var chunk = Find(blocks: true);
            try
            {
                return Take(chunk, chunk.Read.GetAwaiter().GetResult(), buffer);
            }
            catch (StaleFileException stale)
            {
                RecoverAsync(stale, recoveries, CancellationToken.None).GetAwaiter().GetResult();
            }
            catch
            {
                StartAgain();
                throw;
            }
        }

        return TakeFirst(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !IsDisposed && _file is not null)
        {
            _closing!.Cancel();
            Drop();
            _closing.Dispose();
            _holder.Release(_file);
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadOnAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        for (var recoveries = 0; ; recoveries++)
        {
            var chunk = Find(blocks: false);
            try
            {
                return Take(chunk, await chunk.Read.WaitAsync(cancellationToken).ConfigureAwait(false), buffer.Span);
            }
            catch (StaleFileException stale)
            {
                await RecoverAsync(stale, recoveries, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                StartAgain();
                throw;
            }
        }
    }

    private int TakeFirst(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, _first.Length - Position);
        _first.AsSpan((int)Position, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    private int Take(ReadAheadChunk chunk, FileChunk arrived, Span<byte> buffer)
    {
        var from = (int)(Position - chunk.Offset);
        var count = Math.Min(buffer.Length, arrived.Bytes.Length - from);
        if (count <= 0)
        {
            return 0;
        }

        arrived.Bytes.Span.Slice(from, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    private async Task RecoverAsync(StaleFileException stale, int recoveries, CancellationToken cancellationToken)
    {
        StartAgain();
        if (recoveries == MaxRecoveries)
        {
            throw new TargetFaultException($"'{_path}' is opened again and again, and then not taken for open ({stale.Status}).", mayTakeEffect: false, stale);
        }

        _file = await _holder.RecoverAsync(_path, _file!, stale, cancellationToken).ConfigureAwait(false);
    }

    private ReadAheadChunk Find(bool blocks)
    {
        var ahead = _ahead!;
        while (ahead.TryPeek(out var first) && (Position < first.Offset || Position >= first.Offset + first.Count))
        {
            if (Position == first.Offset + first.Count)
            {
                ahead.Dequeue().Discard();
                _depth = Math.Min(_depth * 2, _maxAhead);
            }
            else
            {
                Drop();
                _depth = 1;
            }
        }

        if (ahead.Count == 0 && Position != _nextAhead)
        {
            // The caller jumped: what it reads next nobody knows.
            _depth = 1;
            _nextAhead = Position;
        }

        while (ahead.Count < _depth && _nextAhead < FileLength)
        {
            var count = (int)Math.Min(_depth == 1 ? Math.Min(FirstChunkBytes, _chunkBytes) : _chunkBytes, FileLength - _nextAhead);
            ahead.Enqueue(new ReadAheadChunk(_file!, _nextAhead, count, blocks, _closing!.Token));
            _nextAhead += count;
        }

        return ahead.Peek();
    }

    private void StartAgain()
    {
        Drop();
        _nextAhead = Position;
    }

    private void Drop()
    {
        while (_ahead!.TryDequeue(out var chunk))
        {
            chunk.Discard();
        }
    }
}
