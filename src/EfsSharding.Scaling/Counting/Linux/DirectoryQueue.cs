namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>
/// Directories for threads that have nothing to do. It is short: what does not fit stays with the thread that found it, so that neither
/// memory nor descriptors grow with the tree.
/// </summary>
internal sealed class DirectoryQueue(int capacity)
{
    // Monitor, for its Wait and Pulse.
    private readonly object _gate = new();
    private readonly Queue<WaitingDirectory> _waiting = new();
    private volatile int _room = capacity;
    private int _unfinished;
    private bool _closed;

    /// <summary>A hint, free of cost.</summary>
    public bool HasRoom => _room > 0;

    public bool TryAdd(WaitingDirectory directory)
    {
        lock (_gate)
        {
            if (_room <= 0 || _closed)
            {
                return false;
            }

            Enqueue(directory);
            return true;
        }
    }

    /// <summary>The root, whatever the capacity.</summary>
    public void Start(WaitingDirectory root)
    {
        lock (_gate)
        {
            Enqueue(root);
        }
    }

    /// <summary>Waits for a directory. False when there is none and none can come any more.</summary>
    public bool TryTake(out WaitingDirectory directory)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_waiting.TryDequeue(out directory))
                {
                    _room++;
                    return true;
                }

                if (_closed || _unfinished == 0)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Says that a directory that was taken has been dealt with, with all that was below it and was not added here.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            if (--_unfinished == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Ends the walk for all; the directories that still wait are let go.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            while (_waiting.TryDequeue(out var directory))
            {
                directory.Parent?.Release();
            }

            Monitor.PulseAll(_gate);
        }
    }

    private void Enqueue(WaitingDirectory directory)
    {
        _waiting.Enqueue(directory);
        _unfinished++;
        _room--;
        Monitor.Pulse(_gate);
    }
}
