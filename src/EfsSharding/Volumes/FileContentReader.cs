namespace EfsSharding.Volumes;

/// <summary>Takes a stream into memory when it is small, so that a write can be sent in one step, and again to another target.</summary>
internal static class FileContentReader
{
    /// <summary>Bytes; content up to here is buffered.</summary>
    public const int BufferLimit = 1 << 20;

    private const int FirstLength = 64 << 10;

    public static async ValueTask<FileContent> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var start = stream.CanSeek ? stream.Position : 0;
        var length = stream.CanSeek ? stream.Length - start : FirstLength;

        // Not from a pool: an attempt that hangs may still read it after the write has ended elsewhere.
        var buffer = new byte[(int)Math.Clamp(length, 0, BufferLimit) + 1];
        var filled = 0;
        while (true)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            filled += count;
            if (count == 0)
            {
                return new FileContent(buffer.AsMemory(0, filled));
            }

            if (filled == buffer.Length)
            {
                if (filled > BufferLimit)
                {
                    return new FileContent(buffer, stream, start);
                }

                Array.Resize(ref buffer, Math.Min(buffer.Length * 4, BufferLimit + 1));
            }
        }
    }
}
