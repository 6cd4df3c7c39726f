using System.Buffers.Binary;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>Content that shows who wrote it, which of its versions it is, and whether any of it is missing or mixed with another.</summary>
internal static class SoakContent
{
    public static byte[] Make(int writer, int version)
    {
        var content = new byte[16 + (((writer * 7919) + (version * 104_729)) % 20_000)];
        BinaryPrimitives.WriteInt32LittleEndian(content, writer);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(4), version);
        new Random(HashCode(writer, version)).NextBytes(content.AsSpan(8));
        return content;
    }

    /// <returns>Writer and version; null when it is torn.</returns>
    public static (int Writer, int Version)? Read(ReadOnlySpan<byte> content)
    {
        if (content.Length < 16)
        {
            return null;
        }

        var (writer, version) = (BinaryPrimitives.ReadInt32LittleEndian(content), BinaryPrimitives.ReadInt32LittleEndian(content[4..]));
        return writer is >= 0 and < 1000 && version >= 0 && Make(writer, version).AsSpan().SequenceEqual(content) ? (writer, version) : null;
    }

    private static int HashCode(int writer, int version) => (writer * 1_000_003) ^ version;
}
