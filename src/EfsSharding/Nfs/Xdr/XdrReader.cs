using System.Buffers.Binary;

namespace EfsSharding.Nfs.Xdr;

/// <summary>
/// Reads External Data Representation (RFC 4506) from one record. The record is hostile input: each length is compared with its
/// bound and with what is left before it is believed, and nothing is allocated.
/// </summary>
internal ref struct XdrReader(ReadOnlySpan<byte> record)
{
    private readonly ReadOnlySpan<byte> _record = record;
    private int _position;

    public readonly int Position => _position;

    public readonly int Remaining => _record.Length - _position;

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public bool ReadBoolean() => ReadUInt32() switch
    {
        0 => false,
        1 => true,
        var other => throw new XdrFormatException($"A boolean at byte {_position - 4} is {other}."),
    };

    /// <summary>Reads an opaque of a length that the protocol fixes, and its padding.</summary>
    public ReadOnlySpan<byte> ReadFixedOpaque(int length)
    {
        var bytes = Take(length);
        Take(Padding(length));
        return bytes;
    }

    /// <summary>Reads an opaque or a string whose length precedes it.</summary>
    public ReadOnlySpan<byte> ReadOpaque(int maxLength) => ReadFixedOpaque(ReadLength(maxLength));

    /// <summary>Reads the number of elements of an array, which cannot be more than fit into the rest of the record.</summary>
    /// <param name="maxCount">The most that the protocol or this client allows.</param>
    /// <param name="minElementBytes">The fewest bytes that one element can take.</param>
    public int ReadCount(int maxCount, int minElementBytes)
    {
        var count = ReadLength(maxCount);
        if ((long)count * minElementBytes > Remaining)
        {
            throw new XdrFormatException($"An array at byte {_position - 4} has {count} elements, more than the {Remaining} bytes left can hold.");
        }

        return count;
    }

    public void Skip(int length) => Take(length);

    /// <summary>Passes over an opaque or a string whose length precedes it.</summary>
    public void SkipOpaque(int maxLength) => ReadOpaque(maxLength);

    internal static int Padding(int length) => -length & 3;

    private int ReadLength(int max)
    {
        var length = ReadUInt32();
        return length <= (uint)max
            ? (int)length
            : throw new XdrFormatException($"A length at byte {_position - 4} is {length}, over its bound of {max}.");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)Remaining)
        {
            throw new XdrFormatException($"The record ends at byte {_record.Length}, {length} bytes were expected at byte {_position}.");
        }

        var bytes = _record.Slice(_position, length);
        _position += length;
        return bytes;
    }
}
