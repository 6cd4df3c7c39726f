using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories.Lanes;

namespace EfsSharding.Tests.Storage.Lanes;

/// <summary>Calls in a lane, each of which runs until a test ends it.</summary>
internal sealed class LaneCalls(BlockingLane lane)
{
    private readonly Lock _gate = new();
    private readonly List<Call> _running = [];
    private readonly List<Task<int>> _asked = [];
    private int _started;

    public int Started => Volatile.Read(ref _started);

    /// <summary>Calls that have begun and not ended.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _running.Count;
            }
        }
    }

    public int Waiting => _asked.Count(t => !t.IsCompleted) - Running;

    public void Begin(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _asked.Add(lane.RunAsync(static c => c.Run(), this, changes: false, CancellationToken.None));
        }

        Settle();
    }

    public async Task EndOneAsync()
    {
        Call ended;
        lock (_gate)
        {
            ended = _running[0];
            _running.RemoveAt(0);
        }

        ended.Ends.Set();
        await ended.Left.Task;
        Settle();
    }

    public void ReleaseAll()
    {
        while (true)
        {
            Settle();
            lock (_gate)
            {
                if (_running.Count == 0 && lane.Running == 0)
                {
                    return;
                }

                _running.ForEach(c => c.Ends.Set());
                _running.Clear();
            }
        }
    }

    /// <summary>Waits until the lane has notified all callers that it gave them up.</summary>
    public async Task AllGivenUpAsync()
    {
        foreach (var call in _asked)
        {
            try
            {
                await call.WaitAsync(TimeSpan.FromSeconds(20));
            }
            catch (TargetFaultException)
            {
            }
        }
    }

    private int Run()
    {
        var call = new Call();
        lock (_gate)
        {
            _running.Add(call);
        }

        Interlocked.Increment(ref _started);
        call.Ends.Wait();
        call.Left.SetResult();
        return 0;
    }

    /// <summary>Every call that has a place in the lane has begun.</summary>
    private void Settle() => SpinWait.SpinUntil(
        () =>
        {
            lock (_gate)
            {
                return _running.Count == lane.Running;
            }
        },
        TimeSpan.FromSeconds(20));

    private sealed class Call
    {
        public ManualResetEventSlim Ends { get; } = new();

        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
