using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Mounting;

/// <summary>A clock that stands still and writes down what timers are asked of it.</summary>
internal sealed class RecordingTimeProvider : FakeTimeProvider
{
    public ConcurrentQueue<TimeSpan> Timers { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Timers.Enqueue(dueTime);
        return timer;
    }
}
