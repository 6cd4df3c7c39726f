namespace EfsSharding.Discovery;

/// <summary>A source of the user's own, whose maps are believed no more than a published document is, and which may block the thread that asks it.</summary>
internal sealed class CheckedShardMapSource(IShardMapSource source) : IShardMapSource
{
    private Task _asking = Task.CompletedTask;

    public string Origin => source.Origin is { Length: > 0 } origin ? origin : source.GetType().Name;

    public async Task<ShardMapVersion> ReadAsync(CancellationToken cancellationToken)
    {
        var version = await (await AskAsync(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false)
            ?? throw new ShardMapFormatException(Origin, "$", "the source returned null.");
        return version with { Map = ShardMapCodec.Check(version.Map, Origin) };
    }

    /// <summary>On a thread of its own: one that blocks takes no thread of the pool, and one thread in all.</summary>
    private Task<Task<ShardMapVersion>> AskAsync(CancellationToken cancellationToken)
    {
        if (!_asking.IsCompleted)
        {
            throw new IOException($"The source '{Origin}' still blocks the thread that asked it for the shard map before. It must return a task at once and heed the token.");
        }

        var asking = Task.Factory.StartNew(() => source.ReadAsync(cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _asking = asking;
        return asking;
    }
}
