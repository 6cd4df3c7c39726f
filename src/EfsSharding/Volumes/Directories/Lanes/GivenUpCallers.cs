using System.Collections.Concurrent;

namespace EfsSharding.Volumes.Directories.Lanes;

/// <summary>
/// The callers of operations that were given up, who go on on the thread pool one after the other: when a mount stops answering they are
/// many in one
/// moment, each with exceptions to throw, and an application's work item that came among them would wait behind all of them.
/// </summary>
internal sealed class GivenUpCallers : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<LaneOperation> _operations = new();
    private int _count;

    public static GivenUpCallers Shared { get; } = new();

    public void Add(LaneOperation operation)
    {
        _operations.Enqueue(operation);
        if (Interlocked.Increment(ref _count) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Asks for the next one first, behind what others have asked for, as the caller's code may block.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        _operations.TryDequeue(out var operation);
        if (Interlocked.Decrement(ref _count) > 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        operation!.EndGivenUp();
    }
}
