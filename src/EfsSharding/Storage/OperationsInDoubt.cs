using System.Collections.Concurrent;
using EfsSharding.Coordination;
using EfsSharding.Volumes;

namespace EfsSharding.Storage;

/// <summary>
/// Attempts at changes that were given up while a target still held them, and that may take effect when it wakes. A later change of the
/// same file fences them first, through a target that answers; then they are no doubt any more.
/// </summary>
internal sealed class OperationsInDoubt
{
    private readonly ConcurrentDictionary<PathKey, ChangeAttempt[]> _byPath = [];

    /// <summary>Those of all stores of this process.</summary>
    public static OperationsInDoubt Shared { get; } = new();

    public bool IsEmpty => _byPath.IsEmpty;

    /// <param name="key">The file.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="settled">Completes when it can have no further effect.</param>
    public void Add(PathKey key, ChangeAttempt attempt, Task settled)
    {
        if (settled.IsCompleted)
        {
            return;
        }

        _byPath.AddOrUpdate(key, static (_, a) => [a], static (_, old, a) => [.. old, a], attempt);
        _ = settled.ContinueWith(_ => Remove(key, attempt), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>What a change of the file has to fence now.</summary>
    public IReadOnlyList<ChangeAttempt> On(PathKey key) => _byPath.TryGetValue(key, out var attempts) ? attempts : [];

    /// <summary>The attempt is fenced, or has come to its end.</summary>
    public void Remove(PathKey key, ChangeAttempt attempt)
    {
        while (_byPath.TryGetValue(key, out var old))
        {
            ChangeAttempt[] rest = [.. old.Where(a => a != attempt)];
            if (rest.Length == 0 ? _byPath.TryRemove(KeyValuePair.Create(key, old)) : _byPath.TryUpdate(key, rest, old))
            {
                return;
            }
        }
    }
}
