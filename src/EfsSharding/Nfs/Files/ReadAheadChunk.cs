namespace EfsSharding.Nfs.Files;

/// <summary>A part of a file that is being read before it is asked for.</summary>
internal sealed class ReadAheadChunk(NfsOpenFile file, long offset, int count, CancellationToken cancellationToken)
{
    public long Offset => offset;

    public int Count => count;

    /// <summary>What there is of it.</summary>
    public Task<FileChunk> Read { get; } = file.ReadChunkAsync(offset, count, cancellationToken);

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
