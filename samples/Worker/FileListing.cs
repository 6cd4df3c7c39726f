using System.Text.Json;
using EfsSharding;

namespace Worker;

/// <summary>The files of a directory and below it as JSON lines, sent while the directories are being read.</summary>
internal static class FileListing
{
    private const int FlushThreshold = 16 * 1024;

    public static async Task WriteAsync(HttpResponse response, IShardedFileStore store, string? directory, CancellationToken cancellationToken)
    {
        await using var paths = store.EnumerateAsync(directory ?? "", cancellationToken).GetAsyncEnumerator(cancellationToken);

        // The first step meets a bad directory or an unreachable file system while the status can still say so.
        var more = await paths.MoveNextAsync();
        response.ContentType = "application/jsonl; charset=utf-8";
        await response.StartAsync(cancellationToken);
        var unsent = 0;
        while (more)
        {
            unsent += WriteLine(response, paths.Current);
            var next = paths.MoveNextAsync();

            // What is there is sent when the next name takes time, and when it has grown to a fair piece.
            if (!next.IsCompleted || unsent >= FlushThreshold)
            {
                await response.BodyWriter.FlushAsync(cancellationToken);
                unsent = 0;
            }

            more = await next;
        }
    }

    private static int WriteLine(HttpResponse response, string path)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(new ListedFile(path), WorkerJsonContext.Default.ListedFile);
        var room = response.BodyWriter.GetSpan(line.Length + 1);
        line.CopyTo(room);
        room[line.Length] = (byte)'\n';
        response.BodyWriter.Advance(line.Length + 1);
        return line.Length + 1;
    }
}
