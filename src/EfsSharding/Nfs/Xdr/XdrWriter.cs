using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Xdr;

/// <summary>Writes External Data Representation (RFC 4506) into a pooled buffer that grows. Disposing returns the buffer.</summary>
internal sealed class XdrWriter(int initialCapacity = 512) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(initialCapacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, Length);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Append(4), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Append(4), value);

    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Append(8), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Append(8), value);

    public void WriteBoolean(bool value) => WriteUInt32(value ? 1u : 0u);

    /// <summary>Writes an opaque of a length that the protocol fixes, and its padding.</summary>
    public void WriteFixedOpaque(ReadOnlySpan<byte> bytes) => bytes.CopyTo(AppendPadded(bytes.Length));

    /// <summary>Writes an opaque with its length before it.</summary>
    public void WriteOpaque(ReadOnlySpan<byte> bytes) => bytes.CopyTo(AppendOpaque(bytes.Length).Span);

    /// <summary>Writes a string as UTF-8, or as the name that it stands for (<see cref="Volumes.NotUtf8Name"/>), with its length before it.</summary>
    public void WriteString(ReadOnlySpan<char> text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var start = Length;
        if (Utf8.FromUtf16(text, AppendOpaque(length).Span, out _, out _, replaceInvalidSequences: false) == OperationStatus.Done)
        {
            return;
        }

        Truncate(start);
        WriteOpaque(Volumes.NotUtf8Name.Encode(text));
    }

    /// <summary>Writes the length and the padding of an opaque; the caller fills in its bytes before anything else is written.</summary>
    public Memory<byte> AppendOpaque(int length)
    {
        WriteInt32(length);
        var start = Length;
        AppendPadded(length);
        return _buffer.AsMemory(start, length);
    }

    /// <summary>Writes what is encoded already: a header or a structure that is the same each time.</summary>
    public void WriteEncoded(ReadOnlySpan<byte> encoded) => encoded.CopyTo(Append(encoded.Length));

    /// <summary>Overwrites four bytes that were written before, such as a count that is known only at the end.</summary>
    public void PatchUInt32(int position, uint value) => BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(0, Length).Slice(position, 4), value);

    /// <summary>Overwrites bytes that were written before.</summary>
    public void Patch(int position, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_buffer.AsSpan(0, Length)[position..]);

    /// <summary>Drops everything after a position.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length, nameof(length));
        Length = length;
    }

    /// <summary>Empties it. A buffer that grew over <paramref name="keepCapacity"/> goes back to the pool.</summary>
    public void Clear(int keepCapacity)
    {
        Length = 0;
        if (_buffer.Length > keepCapacity)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(initialCapacity, keepCapacity));
        }
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        Length = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Span<byte> AppendPadded(int length)
    {
        var padding = XdrReader.Padding(length);
        var bytes = Append(length + padding);
        bytes[length..].Clear();
        return bytes[..length];
    }

    private Span<byte> Append(int length)
    {
        if (length > _buffer.Length - Length)
        {
            Grow(length);
        }

        var bytes = _buffer.AsSpan(Length, length);
        Length += length;
        return bytes;
    }

    private void Grow(int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + length), _buffer.Length * 2));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }
}
