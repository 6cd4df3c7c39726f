using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EfsSharding;
using Worker.Paths;

namespace Worker;

/// <summary>The files of a directory and below it as JSON lines, sent while the directories are being read. One that fails midway ends in a line that says so.</summary>
internal static partial class FileListing
{
    private const int FlushThreshold = 16 * 1024;

    public static async Task WriteAsync(HttpResponse response, IShardedFileStore store, RequestedDirectory directory, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        await using var paths = store.EnumerateAsync(directory.Path, cancellationToken).GetAsyncEnumerator(cancellationToken);

        // The first step meets a bad directory or an unreachable file system while the status can still say so.
        var more = await paths.MoveNextAsync();
        response.ContentType = "application/jsonl; charset=utf-8";
        await response.StartAsync(cancellationToken);
        try
        {
            await WriteLinesAsync(response, paths, more, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogBroken(loggers.CreateLogger("Worker.FileListing"), e, directory.Path);
            var reason = StoreProblems.StatusOf(e) is not null || e is IOException ? e.Message : "The service failed; its log says how.";
            WriteLine(response, new ListedEnd($"The listing is not complete. {reason}"), WorkerJsonContext.Default.ListedEnd);
        }
    }

    private static async Task WriteLinesAsync(HttpResponse response, IAsyncEnumerator<string> paths, bool more, CancellationToken cancellationToken)
    {
        var unsent = 0;
        while (more)
        {
            unsent += WriteLine(response, new ListedFile(paths.Current), WorkerJsonContext.Default.ListedFile);
            var next = paths.MoveNextAsync();

            try
            {
                // What is there is sent when the next name takes time, and when it has grown to a fair piece.
                if (!next.IsCompleted || unsent >= FlushThreshold)
                {
                    await response.BodyWriter.FlushAsync(cancellationToken);
                    unsent = 0;
                }
            }
            finally
            {
                // Whatever became of the reply: an enumerator is not disposed in the middle of a step.
                more = await next;
            }
        }
    }

    private static int WriteLine<T>(HttpResponse response, T value, JsonTypeInfo<T> type)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(value, type);
        var room = response.BodyWriter.GetSpan(line.Length + 1);
        line.CopyTo(room);
        room[line.Length] = (byte)'\n';
        response.BodyWriter.Advance(line.Length + 1);
        return line.Length + 1;
    }

    [LoggerMessage(3002, LogLevel.Warning, "The listing of '{Directory}' ended midway, and says so in its last line.", EventName = "ListingBroken")]
    private static partial void LogBroken(ILogger logger, Exception exception, string directory);
}
