namespace EfsSharding.Nfs.Files.Reading;

/// <summary>A part of a file that is being read before it is asked for.</summary>
internal sealed class ReadAheadChunk
{
    /// <param name="file">The file.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="count">Its length.</param>
    /// <param name="blocks">Its caller waits in his own thread, perhaps one of the pool when it has no other.</param>
    /// <param name="cancellationToken">Nobody wants it any more.</param>
    public ReadAheadChunk(NfsOpenFile file, long offset, int count, bool blocks, CancellationToken cancellationToken)
    {
        (Offset, Count) = (offset, count);
        Read = file.ReadChunkAsync(offset, count, blocks, cancellationToken);
        if (blocks && !Read.IsCompleted)
        {
            // It arrives in the thread that receives, which wakes a caller that blocks and runs none that does not.
            var arrived = new TaskCompletionSource<FileChunk>(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = Read.ContinueWith(
                static (read, arrived) => ((TaskCompletionSource<FileChunk>)arrived!).SetFromTask(read),
                arrived,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            Read = arrived.Task;
        }
    }

    /// <param name="chunk">What has arrived already.</param>
    /// <param name="offset">Where it begins.</param>
    public ReadAheadChunk(FileChunk chunk, long offset)
    {
        (Offset, Count) = (offset, chunk.Bytes.Length);
        Read = Task.FromResult(chunk);
    }

    public long Offset { get; }

    public int Count { get; }

    /// <summary>What there is of it.</summary>
    public Task<FileChunk> Read { get; }

    /// <summary>Gives the memory back, once it is there.</summary>
    public void Discard() => _ = Read.ContinueWith(
        static read =>
        {
            if (read.IsCompletedSuccessfully)
            {
                read.Result.Dispose();
            }
            else
            {
                _ = read.Exception;
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
