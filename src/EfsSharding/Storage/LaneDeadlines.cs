namespace EfsSharding.Storage;

/// <summary>
/// The operations of a lane in the order in which they were asked for, which is the order of their deadlines. One timer looks at
/// the oldest, so that an operation pays for no timer of its own.
/// </summary>
internal sealed class LaneDeadlines : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _volume;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _period;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private LaneOperation? _oldest;
    private LaneOperation? _newest;
    private bool _ticking;
    private bool _closed;

    public LaneDeadlines(string volume, TimeSpan timeout, TimeProvider timeProvider)
    {
        _volume = volume;
        _timeout = timeout;
        _period = TimeSpan.FromTicks(Math.Max(timeout.Ticks / 20, TimeSpan.TicksPerMillisecond));
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(static s => ((LaneDeadlines)s!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(LaneOperation operation)
    {
        operation.Asked = _timeProvider.GetTimestamp();
        lock (_gate)
        {
            operation.Previous = _newest;
            if (_newest is null)
            {
                _oldest = operation;
            }
            else
            {
                _newest.Next = operation;
            }

            _newest = operation;
            if (!_ticking)
            {
                _ticking = true;
                _timer.Change(_period, _period);
            }
        }
    }

    public void Remove(LaneOperation operation)
    {
        lock (_gate)
        {
            Unlink(operation);
        }
    }

    /// <summary>Operations under way keep their deadlines: the timer goes with the last of them.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            if (_oldest is null)
            {
                _timer.Dispose();
            }
        }
    }

    private void Look()
    {
        while (TakeOverdue() is { } operation)
        {
            operation.GiveUp(_volume, _timeout);
        }
    }

    private LaneOperation? TakeOverdue()
    {
        lock (_gate)
        {
            if (_oldest is null)
            {
                _ticking = false;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                if (_closed)
                {
                    _timer.Dispose();
                }

                return null;
            }

            if (_timeProvider.GetElapsedTime(_oldest.Asked) < _timeout)
            {
                return null;
            }

            var overdue = _oldest;
            Unlink(overdue);
            return overdue;
        }
    }

    private void Unlink(LaneOperation operation)
    {
        if (operation != _oldest && operation.Previous is null)
        {
            return;
        }

        if (operation.Previous is null)
        {
            _oldest = operation.Next;
        }
        else
        {
            operation.Previous.Next = operation.Next;
        }

        if (operation.Next is null)
        {
            _newest = operation.Previous;
        }
        else
        {
            operation.Next.Previous = operation.Previous;
        }

        operation.Previous = operation.Next = null;
    }
}
