using System.Buffers;
using System.Buffers.Binary;
using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Rpc;

/// <summary>
/// Takes the records out of a byte stream (RFC 5531 §11, record marking). Small records share one read of the stream; the rest
/// of a large one is read straight into the record's own buffer.
/// </summary>
internal sealed class RecordReader(Stream stream, int maxRecordBytes) : IDisposable
{
    private const uint LastFragment = 0x8000_0000;

    /// <summary>No number of 32 bits.</summary>
    private const long Nothing = -1;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _start;
    private int _end;
    private long _received;
    private long _arriving = Nothing;

    /// <summary>The next record is here already, or so much of it that its first fragment is.</summary>
    public bool HasRecord =>
        _end - _start >= 4 && (BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start)) & ~LastFragment) <= (uint)(_end - _start - 4);

    /// <summary>Bytes that have come.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>The first four bytes, which are the transaction id, of a record of which the beginning has come and not the end; null when there is none.</summary>
    public uint? Arriving => Volatile.Read(ref _arriving) is var arriving and not Nothing ? (uint)arriving : null;

    /// <summary>Reads the next record, or an empty one at the end of the stream.</summary>
    /// <exception cref="XdrFormatException">The record is longer than it may be.</exception>
    /// <exception cref="EndOfStreamException">The stream ends within a record.</exception>
    public async ValueTask<RpcRecord> ReadAsync(CancellationToken cancellationToken)
    {
        byte[]? record = null;
        var length = 0;
        try
        {
            while (true)
            {
                if (!await FillAsync(4, cancellationToken).ConfigureAwait(false))
                {
                    return record is null && _start == _end ? default : throw Cut();
                }

                var mark = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start));
                _start += 4;
                var fragment = mark & ~LastFragment;
                if (fragment > (uint)(maxRecordBytes - length))
                {
                    throw new XdrFormatException($"A record of at least {length + (long)fragment} bytes arrived; {maxRecordBytes} is the most that was agreed. What answers there may be no NFS server.");
                }

                record = Enlarge(record, length, length + (int)fragment);
                await CopyAsync(record, length, (int)fragment, cancellationToken).ConfigureAwait(false);
                length += (int)fragment;
                if ((mark & LastFragment) != 0)
                {
                    Volatile.Write(ref _arriving, Nothing);
                    var complete = new RpcRecord(record, length);
                    record = null;
                    return complete;
                }
            }
        }
        finally
        {
            if (record is not null)
            {
                ArrayPool<byte>.Shared.Return(record);
            }
        }
    }

    /// <summary>Returns the buffer. No read may be under way.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private static byte[] Enlarge(byte[]? record, int used, int needed)
    {
        if (record is not null && record.Length >= needed)
        {
            return record;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 1));
        if (record is not null)
        {
            record.AsSpan(0, used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(record);
        }

        return larger;
    }

    private async ValueTask<bool> FillAsync(int needed, CancellationToken cancellationToken)
    {
        while (_end - _start < needed)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            _end += read;
            Volatile.Write(ref _received, _received + read);
        }

        return true;
    }

    private async ValueTask CopyAsync(byte[] record, int offset, int count, CancellationToken cancellationToken)
    {
        var end = offset + count;
        while (offset < end)
        {
            var buffered = Math.Min(end - offset, _end - _start);
            _buffer.AsSpan(_start, buffered).CopyTo(record.AsSpan(offset));
            _start += buffered;
            offset += buffered;
            if (offset == end)
            {
                return;
            }

            if (offset >= 4)
            {
                Volatile.Write(ref _arriving, BinaryPrimitives.ReadUInt32BigEndian(record));
            }

            if (end - offset < _buffer.Length / 2)
            {
                if (!await FillAsync(1, cancellationToken).ConfigureAwait(false))
                {
                    throw Cut();
                }

                continue;
            }

            var read = await stream.ReadAsync(record.AsMemory(offset, end - offset), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw Cut();
            }

            offset += read;
            Volatile.Write(ref _received, _received + read);
        }
    }

    private static EndOfStreamException Cut() => new("The connection ended within a record.");
}
