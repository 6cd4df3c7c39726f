using System.Collections.Concurrent;

namespace EfsSharding.Storage;

/// <summary>
/// Changes that were given up while a target still held them, and that may take effect when it wakes. Until then a new change of
/// the same file must not be undone by them: writes are fenced by their temporary names, deletes can only be waited for.
/// </summary>
internal sealed class OperationsInDoubt
{
    private readonly ConcurrentDictionary<string, Doubt[]> _byPath = new(StringComparer.Ordinal);

    /// <param name="path">The store path.</param>
    /// <param name="attempt">The write's attempt; null for a delete or an append, which nothing can fence.</param>
    /// <param name="settled">Completes when the change can have no further effect.</param>
    public void Add(string path, WriteAttempt? attempt, Task settled)
    {
        if (settled.IsCompleted)
        {
            return;
        }

        var doubt = new Doubt(attempt, settled);
        _byPath.AddOrUpdate(path, static (_, d) => [d], static (_, old, d) => [.. old, d], doubt);
        _ = settled.ContinueWith(_ => Remove(path, doubt), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Attempts that a new write of the path has to fence.</summary>
    public IEnumerable<WriteAttempt> AttemptsOn(string path) =>
        Find(path).Select(d => d.Attempt).OfType<WriteAttempt>();

    /// <summary>Waits for what cannot be fenced.</summary>
    /// <param name="path">The store path.</param>
    /// <param name="includeWrites">True for a delete, which has no temporary file to fence a write with.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="TimeoutException">The target still holds it.</exception>
    public Task WaitAsync(string path, bool includeWrites, TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (_byPath.IsEmpty)
        {
            return Task.CompletedTask;
        }

        var pending = Find(path).Where(d => includeWrites || d.Attempt is null).Select(d => d.Settled).ToList();
        return pending.Count == 0 ? Task.CompletedTask : Task.WhenAll(pending).WaitAsync(timeout, timeProvider, cancellationToken);
    }

    private Doubt[] Find(string path) => _byPath.TryGetValue(path, out var doubts) ? doubts : [];

    private void Remove(string path, Doubt doubt)
    {
        while (_byPath.TryGetValue(path, out var old))
        {
            Doubt[] rest = [.. old.Where(d => d != doubt)];
            if (rest.Length == 0
                ? _byPath.TryRemove(KeyValuePair.Create(path, old))
                : _byPath.TryUpdate(path, rest, old))
            {
                return;
            }
        }
    }

    private sealed record Doubt(WriteAttempt? Attempt, Task Settled);
}
