using System.Buffers;
using System.Buffers.Binary;
using EfsSharding.Volumes;

namespace EfsSharding.TestSupport.Scripted;

/// <summary>Encodes what the server answers (RFC 4506).</summary>
internal sealed class PeerWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public int Length => _bytes.WrittenCount;

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public PeerWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public PeerWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public PeerWriter Boolean(bool value) => UInt32(value ? 1u : 0u);

    public PeerWriter Fixed(ReadOnlySpan<byte> value)
    {
        _bytes.Write(value);
        _bytes.Write(stackalloc byte[(4 - (value.Length & 3)) & 3]);
        return this;
    }

    public PeerWriter Opaque(ReadOnlySpan<byte> value) => UInt32((uint)value.Length).Fixed(value);

    public PeerWriter Text(string value) => Opaque(EfsSharding.Volumes.NotUtf8Name.Encode(value));

    public PeerWriter Bitmap(params ReadOnlySpan<uint> words)
    {
        UInt32((uint)words.Length);
        foreach (var word in words)
        {
            UInt32(word);
        }

        return this;
    }

    public PeerWriter Raw(ReadOnlySpan<byte> encoded)
    {
        _bytes.Write(encoded);
        return this;
    }

    /// <summary>change_info4: atomic, before, after.</summary>
    public PeerWriter ChangeInfo(ulong before, ulong after) => Boolean(true).UInt64(before).UInt64(after);
}
