namespace EfsSharding.Tests.Discovery;

/// <summary>Publishes what a test says, counts its readers, and can make them wait or fail.</summary>
internal sealed class ScriptedShardMapSource(string origin) : IShardMapSource
{
    private int _reads;

    public string Origin => origin;

    public int Reads => Volatile.Read(ref _reads);

    public ShardMapVersion? Published { get; set; }

    /// <summary>What a reader meets; null when it gets what is published.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Readers wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Readers wait for ever, whatever their token says.</summary>
    public bool Endless { get; set; }

    /// <summary>Readers block their thread until it is set.</summary>
    public ManualResetEventSlim Block { get; } = new(initialState: true);

    public async Task<ShardMapVersion> ReadAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        Block.Wait(CancellationToken.None);
        await (Endless ? new TaskCompletionSource().Task : Task.CompletedTask);
        await Gate.WaitAsync(cancellationToken);
        return Failure is null ? Published! : throw Failure;
    }
}
