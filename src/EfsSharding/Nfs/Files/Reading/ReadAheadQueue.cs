namespace EfsSharding.Nfs.Files.Reading;

/// <summary>The parts of a file that a stream has under way, in the order of the file. Used by one thread at a time.</summary>
/// <param name="length">The file's.</param>
/// <param name="next">Where the first part begins.</param>
/// <param name="chunkBytes">The most that is read at once.</param>
/// <param name="maxAhead">The most parts that are under way at once.</param>
/// <param name="cancellationToken">Nobody wants any of them any more.</param>
internal sealed class ReadAheadQueue(long length, long next, int chunkBytes, int maxAhead, CancellationToken cancellationToken)
{
    private const int FirstChunkBytes = 128 * 1024;
    private readonly Queue<ReadAheadChunk> _chunks = [];
    private long _next = next;
    private int _depth = 1;

    /// <summary>Takes a part that has arrived already, behind all others.</summary>
    public void Add(NfsOpenFile file, FileChunk arrived)
    {
        _chunks.Enqueue(new ReadAheadChunk(file, arrived, _next));
        _next += arrived.Bytes.Length;
    }

    /// <summary>The part at a position, which is before the end; those behind it get under way.</summary>
    public ReadAheadChunk Find(NfsOpenFile file, long position, bool blocks)
    {
        while (_chunks.TryPeek(out var first) && (position < first.Offset || position >= first.Offset + first.Count))
        {
            if (position == first.Offset + first.Count)
            {
                _chunks.Dequeue().Discard();
                _depth = Math.Min(_depth * 2, maxAhead);
            }
            else
            {
                StartAgain(_next);
                _depth = 1;
            }
        }

        if (_chunks.Count == 0 && position != _next)
        {
            // The caller jumped: what it reads next nobody knows.
            _depth = 1;
            _next = position;
        }

        while (_chunks.Count < _depth && _next < length)
        {
            var count = (int)Math.Min(_depth == 1 ? Math.Min(FirstChunkBytes, chunkBytes) : chunkBytes, length - _next);
            _chunks.Enqueue(new ReadAheadChunk(file, _next, count, blocks, cancellationToken));
            _next += count;
        }

        return _chunks.Peek();
    }

    /// <summary>Drops everything; what is asked for next is at a position.</summary>
    public void StartAgain(long position)
    {
        while (_chunks.TryDequeue(out var chunk))
        {
            chunk.Discard();
        }

        _next = position;
    }
}
