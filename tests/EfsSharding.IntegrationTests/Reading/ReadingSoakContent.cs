using System.Buffers.Binary;

namespace EfsSharding.IntegrationTests.Reading;

/// <summary>Content of which every 16 bytes say who wrote it, which of its versions it is and where they belong, so that any mix of two versions shows.</summary>
internal static class ReadingSoakContent
{
    private const int BlockBytes = 16;

    public static byte[] Make(int length, int writer, int version)
    {
        var content = new byte[length];
        for (var offset = 0; offset < length; offset += BlockBytes)
        {
            Write(content.AsSpan(offset, BlockBytes), writer, version, offset);
        }

        return content;
    }

    /// <returns>What is wrong with it, or null when it is one version and whole.</returns>
    public static string? Fault(ReadOnlySpan<byte> content, int length)
    {
        if (content.Length != length)
        {
            return $"{content.Length} bytes of {length}";
        }

        var (writer, version) = (BinaryPrimitives.ReadInt32LittleEndian(content), BinaryPrimitives.ReadInt32LittleEndian(content[4..]));
        Span<byte> expected = stackalloc byte[BlockBytes];
        for (var offset = 0; offset < length; offset += BlockBytes)
        {
            Write(expected, writer, version, offset);
            if (!content.Slice(offset, BlockBytes).SequenceEqual(expected))
            {
                return $"begins with version {version} of writer {writer}, and is another one at {offset} of {length}";
            }
        }

        return null;
    }

    private static void Write(Span<byte> block, int writer, int version, long offset)
    {
        BinaryPrimitives.WriteInt32LittleEndian(block, writer);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], version);
        BinaryPrimitives.WriteInt64LittleEndian(block[8..], offset);
    }
}
