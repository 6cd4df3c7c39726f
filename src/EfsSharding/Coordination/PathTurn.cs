namespace EfsSharding.Coordination;

/// <summary>The right to change one path, until it is disposed, or later when how the change ended is not known.</summary>
internal sealed class PathTurn(PathQueue queue, PathKey key) : IDisposable
{
    private Task? _settled;
    private int _left;

    public PathKey Key => key;

    /// <summary>The change was given up and may still happen.</summary>
    public bool IsInDoubt => Volatile.Read(ref _settled) is { IsCompleted: false };

    /// <summary>Keeps the path, once the turn is disposed, until the change can have no further effect.</summary>
    public void HoldUntil(Task settled) => Volatile.Write(ref _settled, settled);

    public void Dispose()
    {
        if (_settled is { IsCompleted: false } settled)
        {
            queue.CountDoubt(1);
            _ = settled.ContinueWith(_ => EndDoubt(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        else
        {
            Leave();
        }
    }

    /// <summary>Gives the path to the next in line; once.</summary>
    public void Leave()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
        {
            queue.Leave(this);
        }
    }

    private void EndDoubt()
    {
        queue.CountDoubt(-1);
        Leave();
    }
}
