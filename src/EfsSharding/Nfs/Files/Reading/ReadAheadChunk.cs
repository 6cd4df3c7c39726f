using System.Diagnostics;

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
        (File, Offset, Count) = (file, offset, count);
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

    /// <param name="file">The file.</param>
    /// <param name="chunk">What has arrived already.</param>
    /// <param name="offset">Where it begins.</param>
    public ReadAheadChunk(NfsOpenFile file, FileChunk chunk, long offset)
    {
        (File, Offset, Count) = (file, offset, chunk.Bytes.Length);
        Read = Task.FromResult(chunk);
    }

    /// <summary>Under which open it is read.</summary>
    public NfsOpenFile File { get; }

    public long Offset { get; }

    public int Count { get; }

    /// <summary>What there is of it. Its bytes may be touched by who knows that it is not discarded, and that it will not be meanwhile.</summary>
    public Task<FileChunk> Read { get; }

    public bool IsDiscarded { get; private set; }

    /// <summary>Gives the memory back, once it is there. Called once.</summary>
    public void Discard()
    {
        Debug.Assert(!IsDiscarded, "its memory would go back twice");
        IsDiscarded = true;
        _ = Read.ContinueWith(
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
}
