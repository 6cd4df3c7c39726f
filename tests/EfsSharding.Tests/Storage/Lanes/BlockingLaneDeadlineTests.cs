using System.Runtime.CompilerServices;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Storage.Lanes;

/// <summary>Deadlines, turns, and calls that hang.</summary>
internal sealed class BlockingLaneDeadlineTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly List<HungCall> _hung = [];
    private FakeTimeProvider _time = null!;
    private BlockingLane _lane = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new FakeTimeProvider();
        _lane = Lane(maxConcurrency: 4);
    }

    [TearDown]
    public void TearDown()
    {
        _hung.ForEach(h => h.Release());
        _hung.Clear();
    }

    [Test]
    public async Task A_call_that_hangs_is_left_at_the_deadline([Values] bool changes)
    {
        var hung = await HangAsync(changes);
        _time.Advance(Timeout - TimeSpan.FromSeconds(1));
        Assert.That(hung.Task.IsCompleted, Is.False);

        _time.Advance(TimeSpan.FromSeconds(2));

        var fault = (await Assert.ThrowsAsync<TargetFaultException>(() => hung.Task))!;
        Assert.That(fault.MayTakeEffect, Is.EqualTo(changes));
        Assert.That(fault.Message, Does.Contain("fsmt-test").And.Contains("5 s"));
        Assert.That(fault.Settled.IsCompleted, Is.False);
        hung.Release();
        await fault.Settled.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task What_was_given_up_before_it_began_holds_nothing_in_memory()
    {
        var lane = Lane(maxConcurrency: 1);
        var hung = new HungCall();
        _hung.Add(hung);
        var first = lane.RunAsync(static h => { h.Hang(); return true; }, hung, changes: true, CancellationToken.None);
        await hung.Started;
        var content = GiveUpWaiting(lane);
        Assert.That(() => first, Throws.TypeOf<TargetFaultException>());

        GC.Collect();

        Assert.That(content.IsAlive, Is.False);
    }

    [Test]
    public async Task Calls_that_hang_do_not_hold_up_others()
    {
        for (var i = 0; i < 3; i++)
        {
            await HangAsync(changes: false);
        }

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => _lane.RunAsync(static x => x, i, changes: false, CancellationToken.None)));

        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 200)));
    }

    [Test]
    public async Task A_call_that_gets_no_turn_is_left_undone()
    {
        for (var i = 0; i < 4; i++)
        {
            await HangAsync(changes: false);
        }

        var ran = false;
        var waiting = _lane.RunAsync(_ => ran = true, 0, changes: true, CancellationToken.None);
        _time.Advance(Timeout + TimeSpan.FromSeconds(1));

        var fault = (await Assert.ThrowsAsync<TargetFaultException>(() => waiting))!;
        Assert.That((fault.MayTakeEffect, fault.Settled.IsCompleted), Is.EqualTo((false, true)));
        Assert.That(fault.Message, Does.Contain("not started"));
        _hung.ForEach(h => h.Release());
        foreach (var hung in _hung.OfType<HungCall<int>>())
        {
            await (await Assert.ThrowsAsync<TargetFaultException>(() => hung.Task))!.Settled;
        }

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _lane.RunAsync(static x => x, i, changes: false, CancellationToken.None)));
        Assert.That(ran, Is.False);
    }

    [Test]
    public async Task A_call_waits_for_its_turn_for_as_long_as_the_lane_moves()
    {
        var lane = Lane(maxConcurrency: 1);
        var calls = Enumerable.Range(0, 5).Select(i => Hang(() => i, changes: true, CancellationToken.None, lane)).ToList();

        foreach (var call in calls)
        {
            await call.Started;
            _time.Advance(Timeout - TimeSpan.FromSeconds(1));
            call.Release();
            await call.Task;
        }

        Assert.That(await Task.WhenAll(calls.Select(c => c.Task)), Is.EqualTo(Enumerable.Range(0, 5)));
    }

    [Test]
    public async Task When_the_lane_stands_still_what_comes_later_is_refused_at_once()
    {
        var lane = Lane(maxConcurrency: 1);
        var hung = Hang(() => 0, changes: true, CancellationToken.None, lane);
        await hung.Started;
        _time.Advance(Timeout + TimeSpan.FromSeconds(1));
        Assert.That(() => hung.Task, Throws.TypeOf<TargetFaultException>());
        Assert.That(lane.IsStuck, Is.True);

        var waiting = lane.RunAsync(static x => x, 0, changes: true, CancellationToken.None);

        Assert.That(() => waiting, Throws.TypeOf<TargetFaultException>().With.Message.Contains("not started"));
    }

    [Test]
    public async Task Once_a_call_hangs_one_more_finds_out_whether_all_do([Values] bool thatOneEnds)
    {
        var lane = Lane(maxConcurrency: 4);
        var hung = Hang(() => 0, changes: false, CancellationToken.None, lane);
        await hung.Started;
        _time.Advance(Timeout + TimeSpan.FromSeconds(1));
        Assert.That(() => hung.Task, Throws.TypeOf<TargetFaultException>());
        var scout = Hang(() => 1, changes: false, CancellationToken.None, lane);
        await scout.Started;

        Assert.That(() => lane.RunAsync(static x => x, 2, changes: false, CancellationToken.None), Throws.TypeOf<TargetFaultException>().With.Message.Contains("not started"));

        if (thatOneEnds)
        {
            scout.Release();
            await scout.Task;
            var calls = Enumerable.Range(0, 3).Select(i => Hang(() => i, changes: false, CancellationToken.None, lane)).ToList();
            await Task.WhenAll(calls.Select(c => c.Started)).WaitAsync(TimeSpan.FromSeconds(20));
        }
        else
        {
            _time.Advance(Timeout + TimeSpan.FromSeconds(1));
            Assert.That(() => scout.Task, Throws.TypeOf<TargetFaultException>());
            Assert.That(lane.IsStuck, Is.True);
        }
    }

    [Test]
    public async Task Calls_whose_callers_left_before_the_deadline_are_seen_to_hang()
    {
        var lane = Lane(maxConcurrency: 4);
        for (var i = 0; i < 2; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var hung = Hang(() => 0, changes: false, cancellation.Token, lane);
            await hung.Started;
            await cancellation.CancelAsync();
            Assert.That(() => hung.Task, Throws.InstanceOf<OperationCanceledException>());
            _time.Advance(Timeout + TimeSpan.FromSeconds(1));
        }

        var scout = Hang(() => 0, changes: false, CancellationToken.None, lane);
        await scout.Started;
        Assert.That(() => lane.RunAsync(static x => x, 0, changes: false, CancellationToken.None), Throws.TypeOf<TargetFaultException>());
    }

    [Test]
    public async Task The_deadline_of_a_call_begins_again_with_each_of_its_steps()
    {
        using var step = new SemaphoreSlim(0);
        using var stepped = new SemaphoreSlim(0);
        var call = _lane.RunAsync(
            s =>
            {
                for (var i = 0; i < 5; i++)
                {
                    s.step.Wait();
                    LaneOperation.ReportProgress();
                    s.stepped.Release();
                }

                return 7;
            },
            (step, stepped),
            changes: true,
            CancellationToken.None);

        for (var i = 0; i < 5; i++)
        {
            _time.Advance(Timeout - TimeSpan.FromSeconds(1));
            step.Release();
            await stepped.WaitAsync();
        }

        Assert.That(await call, Is.EqualTo(7));
    }

    [Test]
    public async Task A_call_that_nobody_waits_for_ends_at_its_next_step()
    {
        using var cancellation = new CancellationTokenSource();
        using var step = new SemaphoreSlim(0);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = _lane.RunAsync(
            _ =>
            {
                begun.SetResult();
                step.Wait();
                try
                {
                    LaneOperation.ReportProgress();
                }
                catch (OperationCanceledException)
                {
                    ended.SetResult();
                    throw;
                }

                return 0;
            },
            0,
            changes: false,
            cancellation.Token);
        await begun.Task;
        await cancellation.CancelAsync();

        step.Release();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(() => call, Throws.InstanceOf<OperationCanceledException>());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference GiveUpWaiting(BlockingLane lane)
    {
        var content = new byte[1 << 20];
        var waiting = lane.RunAsync(static bytes => bytes.Length, content, changes: true, CancellationToken.None);
        _time.Advance(Timeout + TimeSpan.FromSeconds(1));
        Assert.That(() => waiting, Throws.TypeOf<TargetFaultException>().With.Message.Contains("not started"));
        return new WeakReference(content);
    }

    private BlockingLane Lane(int maxConcurrency) => new("fsmt-test", maxConcurrency, Timeout, _time);

    private async Task<HungCall<int>> HangAsync(bool changes)
    {
        var hung = Hang(() => 0, changes, CancellationToken.None);
        await hung.Started;
        return hung;
    }

    private HungCall<T> Hang<T>(Func<T> result, bool changes, CancellationToken cancellationToken, BlockingLane? lane = null)
    {
        var call = new HungCall<T>();
        call.Task = (lane ?? _lane).RunAsync(_ => { call.Hang(); return result(); }, 0, changes, cancellationToken);
        _hung.Add(call);
        return call;
    }
}
