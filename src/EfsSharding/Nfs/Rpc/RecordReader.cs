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
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _start;
    private int _end;

    /// <summary>The next record is here already, or so much of it that its first fragment is.</summary>
    public bool HasRecord =>
        _end - _start >= 4 && (BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start)) & ~LastFragment) <= (uint)(_end - _start - 4);

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
                    return record is null && _start == _end ? default : throw new EndOfStreamException("The connection ended within a record.");
                }

                var mark = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start));
                _start += 4;
                var fragment = mark & ~LastFragment;
                if (fragment > (uint)(maxRecordBytes - length))
                {
                    throw new XdrFormatException($"A record of at least {length + (long)fragment} bytes arrived; {maxRecordBytes} is the most that was agreed. What answers there may be no NFS server.");
                }

                record = Enlarge(record, length, length + (int)fragment);
                await CopyAsync(record.AsMemory(length, (int)fragment), cancellationToken).ConfigureAwait(false);
                length += (int)fragment;
                if ((mark & LastFragment) != 0)
                {
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
        }

        return true;
    }

    private async ValueTask CopyAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        var buffered = Math.Min(destination.Length, _end - _start);
        _buffer.AsMemory(_start, buffered).CopyTo(destination);
        _start += buffered;
        var rest = destination[buffered..];
        if (rest.Length >= _buffer.Length / 2)
        {
            await stream.ReadExactlyAsync(rest, cancellationToken).ConfigureAwait(false);
        }
        else if (rest.Length > 0)
        {
            if (!await FillAsync(rest.Length, cancellationToken).ConfigureAwait(false))
            {
                throw new EndOfStreamException("The connection ended within a record.");
            }

            _buffer.AsMemory(_start, rest.Length).CopyTo(rest);
            _start += rest.Length;
        }
    }
}
