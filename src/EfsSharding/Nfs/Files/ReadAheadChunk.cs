using System.Buffers;

namespace EfsSharding.Nfs.Files;

/// <summary>A part of a file that is being read before it is asked for.</summary>
internal sealed class ReadAheadChunk
{
    private readonly byte[] _buffer;

    public ReadAheadChunk(NfsOpenFile file, long offset, int count, CancellationToken cancellationToken)
    {
        Offset = offset;
        Count = count;
        _buffer = ArrayPool<byte>.Shared.Rent(count);
        Read = file.ReadAsync(offset, _buffer.AsMemory(0, count), cancellationToken);
    }

    public long Offset { get; }

    public int Count { get; }

    /// <summary>How many bytes there are.</summary>
    public Task<int> Read { get; }

    public ReadOnlyMemory<byte> Bytes => _buffer;

    /// <summary>Gives the buffer back as soon as nothing is read into it any more.</summary>
    public void Discard() => _ = Read.ContinueWith(
        static (read, buffer) =>
        {
            _ = read.Exception;
            ArrayPool<byte>.Shared.Return((byte[])buffer!);
        },
        _buffer,
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
