using System.Buffers;
using EfsSharding.Nfs.Files.Writing;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Reading;

/// <summary>Writes content into an open file, in large parts of which several are under way.</summary>
internal static class FileFiller
{
    public static async Task FillAsync(UncommittedWrites writes, FileContent content, long start, CancellationToken cancellationToken)
    {
        var chunkBytes = writes.ChunkBytes;
        var head = content.Bytes;
        var offset = start;
        while (true)
        {
            var buffer = writes.Rent();
            var count = 0;
            while (count < chunkBytes)
            {
                int read;
                if (head.Length > 0)
                {
                    read = Math.Min(head.Length, chunkBytes - count);
                    head[..read].CopyTo(buffer.AsMemory(count));
                    head = head[read..];
                }
                else if ((read = await content.ReadAsync(buffer.AsMemory(count, chunkBytes - count), cancellationToken).ConfigureAwait(false)) == 0)
                {
                    break;
                }

                count += read;
            }

            if (count == 0)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                break;
            }

            await writes.WriteAsync(offset, buffer, count, cancellationToken).ConfigureAwait(false);
            offset += count;
        }

        await writes.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
