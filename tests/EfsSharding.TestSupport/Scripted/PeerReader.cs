using System.Buffers.Binary;
using System.Text;

namespace EfsSharding.TestSupport.Scripted;

/// <summary>Decodes what the client sent, strictly: padding must be zero and a boolean 0 or 1 (RFC 4506 §3, §4.4).</summary>
internal ref struct PeerReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Remaining => _rest.Length;

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    /// <summary>The length of an array.</summary>
    public int Count(int limit)
    {
        var count = UInt32();
        return count <= (uint)limit ? (int)count : throw new PeerFormatException($"an array of {count} where {limit} are allowed");
    }

    public bool Boolean() => UInt32() switch
    {
        0 => false,
        1 => true,
        var other => throw new PeerFormatException($"a boolean of {other}"),
    };

    public byte[] Fixed(int length)
    {
        var value = Take(length).ToArray();
        if (Take((4 - (length & 3)) & 3).ContainsAnyExcept((byte)0))
        {
            throw new PeerFormatException("padding that is not zero");
        }

        return value;
    }

    public byte[] Opaque(int limit)
    {
        var length = UInt32();
        return length <= (uint)limit ? Fixed((int)length) : throw new PeerFormatException($"an opaque of {length} bytes where {limit} are allowed");
    }

    public string Text(int limit = 4096)
    {
        var encoded = Opaque(limit);
        try
        {
            return StrictUtf8.GetString(encoded);
        }
        catch (DecoderFallbackException error)
        {
            throw new PeerFormatException("text that is not UTF-8", error);
        }
    }

    public uint[] Bitmap()
    {
        var words = new uint[Count(8)];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = UInt32();
        }

        return words;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            throw new PeerFormatException($"{length} bytes wanted where {_rest.Length} are left");
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
