namespace EfsSharding.Coordination;

/// <summary>
/// Lets one change at a time at a path, in the order in which they came: NFS has no append that is atomic between two
/// descriptors, two mount targets or two requests. It is one for the process, as several stores may write the same path.
/// </summary>
internal sealed class PathQueue
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PathKey, Line> _lines = [];
    private int _doubts;

    /// <summary>The queue that all stores of this process share.</summary>
    public static PathQueue Shared { get; } = new();

    /// <summary>Paths that somebody holds.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _lines.Count;
            }
        }
    }

    /// <summary>Waits for a turn.</summary>
    /// <param name="key">The path.</param>
    /// <param name="patience">The longest wait in which nobody ahead comes to an end.</param>
    /// <param name="time">The clock of the wait.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    /// <exception cref="TimeoutException">Nobody ahead came to an end for that long.</exception>
    public ValueTask<PathTurn> EnterAsync(PathKey key, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        Line? line;
        lock (_gate)
        {
            if (!_lines.TryGetValue(key, out line))
            {
                var turn = new PathTurn(this, key);
                _lines.Add(key, new Line(turn));
                return ValueTask.FromResult(turn);
            }

            waiter = new Waiter(time);
            line.Waiting.AddLast(waiter);
        }

        return new ValueTask<PathTurn>(WaitAsync(line, waiter, patience, time, cancellationToken));
    }

    /// <summary>Whether any path is held by a change in doubt.</summary>
    public bool HasDoubts => Volatile.Read(ref _doubts) > 0;

    /// <summary>Whether the change that holds the path was given up and may still happen.</summary>
    public bool IsInDoubt(PathKey key)
    {
        lock (_gate)
        {
            return _lines.TryGetValue(key, out var line) && line.Holder.IsInDoubt;
        }
    }

    /// <summary>A change in doubt can do nothing any more, as the file that it changes has lost its name.</summary>
    public void EndDoubt(PathKey key)
    {
        PathTurn? doubtful = null;
        lock (_gate)
        {
            if (_lines.TryGetValue(key, out var line) && line.Holder.IsInDoubt)
            {
                doubtful = line.Holder;
            }
        }

        doubtful?.Leave();
    }

    internal void CountDoubt(int more) => Interlocked.Add(ref _doubts, more);

    internal void Leave(PathTurn turn)
    {
        lock (_gate)
        {
            var line = _lines[turn.Key];
            if (line.Waiting.First is not { } next)
            {
                _lines.Remove(turn.Key);
                return;
            }

            line.Waiting.RemoveFirst();
            line.Holder = new PathTurn(this, turn.Key);
            foreach (var waiter in line.Waiting)
            {
                waiter.Moved();
            }

            next.Value.Enter(line.Holder);
        }
    }

    private async Task<PathTurn> WaitAsync(Line line, Waiter waiter, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await waiter.Turn.WaitAsync(NotNegative(patience - waiter.SinceMoved), time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                lock (_gate)
                {
                    if (waiter.Turn.IsCompletedSuccessfully)
                    {
                        // The turn came at the same moment.
                        return waiter.Turn.Result;
                    }

                    if (e is OperationCanceledException || waiter.SinceMoved >= patience)
                    {
                        line.Waiting.Remove(waiter);
                        throw;
                    }
                }
            }
        }
    }

    private static TimeSpan NotNegative(TimeSpan left) => left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private sealed class Line(PathTurn holder)
    {
        public PathTurn Holder { get; set; } = holder;

        public LinkedList<Waiter> Waiting { get; } = [];
    }

    private sealed class Waiter(TimeProvider time)
    {
        private readonly TaskCompletionSource<PathTurn> _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _moved = time.GetTimestamp();

        public Task<PathTurn> Turn => _turn.Task;

        public TimeSpan SinceMoved => time.GetElapsedTime(Volatile.Read(ref _moved));

        public void Moved() => Volatile.Write(ref _moved, time.GetTimestamp());

        public void Enter(PathTurn turn) => _turn.SetResult(turn);
    }
}
