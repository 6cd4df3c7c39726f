using EfsSharding.Diagnostics;
using EfsSharding.Routing;
using EfsSharding.Targets;
using EfsSharding.Volumes;

namespace EfsSharding.Storage;

/// <summary>Changes files: over several targets when one fails, without doing anything twice or letting an old change undo a new one.</summary>
internal sealed class StoreWriter
{
    private readonly ChangeRunner _changes;
    private readonly StoreMetrics _metrics;
    private readonly StoreAppender _appender;
    private readonly ConditionalChanger _conditional;

    public StoreWriter(Failover failover, StoreMetrics metrics, EfsShardingOptions options, TimeProvider timeProvider)
    {
        _changes = new ChangeRunner(failover, OperationsInDoubt.Shared, timeProvider);
        _metrics = metrics;
        var turns = new StoreTurns(_changes, options, timeProvider);
        _appender = new StoreAppender(_changes, turns);
        _conditional = new ConditionalChanger(_changes, turns, timeProvider);
    }

    public async Task WriteAsync(LocatedFile file, FileContent content, FileWriteMode mode, CancellationToken cancellationToken)
    {
        if (mode == FileWriteMode.Append)
        {
            await _appender.AppendAsync(file, content, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await _changes.PublishAsync(file, content, mode, cancellationToken).ConfigureAwait(false);
        }

        _metrics.AddBytes("write", content.Length);
    }

    public async Task ReplaceAsync(LocatedFile file, FileContent content, StoredVersion expected, CancellationToken cancellationToken)
    {
        await _conditional.ReplaceAsync(file, content, expected, cancellationToken).ConfigureAwait(false);
        _metrics.AddBytes("write", content.Length);
    }

    public Task DeleteAsync(LocatedFile file, StoredVersion expected, CancellationToken cancellationToken) => _conditional.DeleteAsync(file, expected, cancellationToken);

    /// <summary>The oldest copy goes first: when it fails in between, what is left is the newest, which readers see.</summary>
    public async Task<bool> DeleteAsync(LocatedFile file, CancellationToken cancellationToken)
    {
        var deleted = false;
        for (var i = file.Route.Holders.Length - 1; i >= 0; i--)
        {
            deleted |= await _changes.DeleteAsync(file, file.Route.Holders[i], cancellationToken).ConfigureAwait(false);
        }

        return deleted;
    }
}
