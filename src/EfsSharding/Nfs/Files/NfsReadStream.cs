using EfsSharding.Storage;

namespace EfsSharding.Nfs.Files;

/// <summary>
/// A file for reading. Its first bytes came when it was opened; a caller that reads on in order finds the next parts under way
/// already, one that jumps about does not pay for them.
/// </summary>
internal sealed class NfsReadStream(NfsFileReader reader, string path, BegunRead begun, int chunkBytes, int maxAhead) : ReadOnlyStream, IFileIdentity
{
    private const int FirstChunkBytes = 128 * 1024;
    private readonly Queue<ReadAheadChunk> _ahead = [];
    private readonly CancellationTokenSource _closing = new();
    private NfsOpenFile? _file = begun.File;
    private long _nextAhead = begun.First.Length;
    private int _depth = 1;
    private bool _closed;

    public FileVersion Version => begun.Version;

    public ReadOnlyMemory<byte> Handle => begun.File?.Handle.Memory ?? default;

    protected override long FileLength { get; } = begun.Length;

    protected override int ReadCore(Span<byte> buffer)
    {
        var bytes = new byte[Math.Min(buffer.Length, ChunkLength)];
        var count = ReadCoreAsync(bytes, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        bytes.AsSpan(0, count).CopyTo(buffer);
        return count;
    }

    protected override async ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (Position < begun.First.Length)
        {
            var count = (int)Math.Min(buffer.Length, begun.First.Length - Position);
            begun.First.AsMemory((int)Position, count).CopyTo(buffer);
            Position += count;
            return count;
        }

        while (true)
        {
            var chunk = Find();
            try
            {
                var available = (await chunk.Read.WaitAsync(cancellationToken).ConfigureAwait(false)).Bytes;
                var from = (int)(Position - chunk.Offset);
                var count = Math.Min(buffer.Length, available.Length - from);
                if (count <= 0)
                {
                    return 0;
                }

                available.Slice(from, count).CopyTo(buffer);
                Position += count;
                return count;
            }
            catch (StaleFileException stale)
            {
                Drop();
                _nextAhead = Position;
                var again = await reader.ReopenAsync(path, _file!, stale, cancellationToken).ConfigureAwait(false);
                _file = again.File ?? throw new IOException(stale.Message, stale);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Drop();
                _nextAhead = Position;
                throw;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed)
        {
            _closed = true;
            _closing.Cancel();
            Drop();
            _closing.Dispose();
            if (_file is { } file)
            {
                _ = file.CloseAsync(CancellationToken.None).ContinueWith(static close => _ = close.Exception, TaskScheduler.Default);
            }
        }

        base.Dispose(disposing);
    }

    private ReadAheadChunk Find()
    {
        while (_ahead.TryPeek(out var first) && (Position < first.Offset || Position >= first.Offset + first.Count))
        {
            if (Position == first.Offset + first.Count)
            {
                _ahead.Dequeue().Discard();
                _depth = Math.Min(_depth * 2, maxAhead);
            }
            else
            {
                Drop();
                _depth = 1;
            }
        }

        if (_ahead.Count == 0 && Position != _nextAhead)
        {
            // The caller jumped: what it reads next nobody knows.
            _depth = 1;
            _nextAhead = Position;
        }

        while (_ahead.Count < _depth && _nextAhead < Length)
        {
            var count = (int)Math.Min(_depth == 1 ? Math.Min(FirstChunkBytes, chunkBytes) : chunkBytes, Length - _nextAhead);
            _ahead.Enqueue(new ReadAheadChunk(_file!, _nextAhead, count, _closing.Token));
            _nextAhead += count;
        }

        return _ahead.Peek();
    }

    private void Drop()
    {
        while (_ahead.TryDequeue(out var chunk))
        {
            chunk.Discard();
        }
    }
}
