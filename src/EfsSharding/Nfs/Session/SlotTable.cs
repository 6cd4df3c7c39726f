using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Session;

/// <summary>The free slots of a session, the lowest first, and those who wait for one, in the order in which they came.</summary>
internal sealed class SlotTable
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<CompoundCall, uint> _free = new();
    private readonly LinkedList<SlotWaiter> _waiting = [];
    private readonly Func<uint, CompoundCall> _create;
    private readonly uint _count;
    private uint _created;
    private long _returned;
    private long _returnedBefore;
    private long _movedAt;
    private Exception? _closed;

    public SlotTable(uint count, Func<uint, CompoundCall> create)
    {
        _count = count;
        _create = create;
    }

    /// <summary>How many slots there are.</summary>
    public uint Count => _count;

    /// <summary>The highest slot that was ever used.</summary>
    public uint Highest => Math.Max(Volatile.Read(ref _created), 1) - 1;

    public bool HasWaiters
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0;
            }
        }
    }

    public ValueTask<CompoundCall> AcquireAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        SlotWaiter waiter;
        lock (_gate)
        {
            if (_closed is not null)
            {
                return ValueTask.FromException<CompoundCall>(_closed);
            }

            if (_free.TryDequeue(out var call, out _))
            {
                call.AddReference();
                return new ValueTask<CompoundCall>(call);
            }

            if (_created < _count)
            {
                call = _create(_created++);
                call.AddReference();
                return new ValueTask<CompoundCall>(call);
            }

            waiter = new SlotWaiter(deadline.Renewed());
            _waiting.AddLast(waiter);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>Hands a slot to the one who has waited longest, or keeps it.</summary>
    public void Return(CompoundCall call)
    {
        lock (_gate)
        {
            _returned++;
            while (_waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                if (first.Value.TrySetResult(call))
                {
                    return;
                }
            }

            _free.Enqueue(call, call.Slot);
        }
    }

    /// <summary>
    /// Gives up those who have waited for their time, unless slots come back: then there is more to do than slots, which is no fault of the
    /// server, and it is their turn sooner or later.
    /// </summary>
    public void Sweep()
    {
        List<SlotWaiter>? late = null;
        lock (_gate)
        {
            if (_waiting.First is not { Value.Deadline: var any })
            {
                return;
            }

            if (_returned != _returnedBefore)
            {
                _returnedBefore = _returned;
                _movedAt = any.Time.GetTimestamp();
            }

            for (var node = _waiting.First; node is not null;)
            {
                var next = node.Next;
                var deadline = node.Value.Deadline;
                if (deadline.IsOver && any.Time.GetElapsedTime(_movedAt) >= deadline.Allowed)
                {
                    _waiting.Remove(node);
                    (late ??= []).Add(node.Value);
                }

                node = next;
            }
        }

        foreach (var waiter in late ?? [])
        {
            waiter.TrySetException(new TargetFaultException(
                $"No slot of the NFS session became free within {waiter.Deadline.Allowed.TotalSeconds:0.###} s.", mayTakeEffect: false));
        }
    }

    /// <summary>Refuses everybody from now on.</summary>
    public void Close(Exception reason)
    {
        SlotWaiter[] waiting;
        lock (_gate)
        {
            _closed = reason;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var waiter in waiting)
        {
            waiter.TrySetException(reason);
        }
    }

    private static async ValueTask<CompoundCall> WaitAsync(SlotWaiter waiter, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((SlotWaiter)state!).TrySetCanceled(token), waiter);
        var call = await waiter.Task.ConfigureAwait(false);
        call.AddReference();
        return call;
    }
}
