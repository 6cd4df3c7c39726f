using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Storage.Lanes;

internal sealed class BlockingLaneTests
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
    public async Task A_result_or_an_exception_comes_back()
    {
        Assert.That(await _lane.RunAsync(static x => x + 1, 41, changes: false, CancellationToken.None), Is.EqualTo(42));
        Assert.That(
            () => _lane.RunAsync<int, int>(static _ => throw new InvalidDataException("no"), 0, changes: true, CancellationToken.None),
            Throws.TypeOf<InvalidDataException>());
        Assert.That(await _lane.RunAsync(static x => x, 1, changes: false, CancellationToken.None), Is.EqualTo(1), "the lane goes on");
    }

    [Test]
    public async Task A_call_cancelled_before_its_turn_is_not_made([Values] bool changes)
    {
        var lane = Lane(maxConcurrency: 1);
        var hung = Hang(() => 0, changes: false, CancellationToken.None, lane);
        await hung.Started;
        using var cancellation = new CancellationTokenSource();
        var ran = false;
        var waiting = lane.RunAsync(_ => ran = true, 0, changes, cancellation.Token);

        await cancellation.CancelAsync();

        Assert.That(() => waiting, Throws.InstanceOf<OperationCanceledException>());
        hung.Release();
        await lane.RunAsync(static x => x, 0, changes: false, CancellationToken.None);
        Assert.That(ran, Is.False);
        Assert.That(() => lane.RunAsync(_ => ran = true, 0, changes, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(ran, Is.False);
    }

    [Test]
    public async Task A_change_that_has_begun_is_not_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var hung = Hang(() => 7, changes: true, cancellation.Token);
        await hung.Started;

        await cancellation.CancelAsync();
        Assert.That(hung.Task.IsCompleted, Is.False);
        hung.Release();

        Assert.That(await hung.Task, Is.EqualTo(7));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    public async Task Many_calls_at_once_all_end_and_never_more_run_than_may(int maxConcurrency)
    {
        var lane = Lane(maxConcurrency);
        var running = 0;
        var most = 0;
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(caller => Task.Run(async () =>
        {
            var sum = 0;
            for (var i = 0; i < 200; i++)
            {
                sum += await lane.RunAsync(
                    _ =>
                    {
                        var now = Interlocked.Increment(ref running);
                        InterlockedMax(ref most, now);
                        Thread.SpinWait(50);
                        Interlocked.Decrement(ref running);
                        return 1;
                    },
                    0,
                    changes: i % 2 == 0,
                    CancellationToken.None);
            }

            return sum;
        })));

        Assert.That(results.Sum(), Is.EqualTo(20 * 200));
        Assert.That(most, Is.InRange(1, maxConcurrency));
    }

    [Test]
    public async Task Nothing_is_lost_when_calls_hang_are_cancelled_and_time_out_together()
    {
        var lane = Lane(maxConcurrency: 3);
        var random = new Random(3);
        var tasks = new List<Task<int>>();
        var sources = new List<CancellationTokenSource>();
        for (var i = 0; i < 300; i++)
        {
            var source = new CancellationTokenSource();
            sources.Add(source);
            var hung = random.Next(20) == 0 ? new ManualResetEventSlim() : null;
            tasks.Add(lane.RunAsync(_ => { hung?.Wait(TimeSpan.FromMilliseconds(20)); return 1; }, 0, changes: random.Next(2) == 0, source.Token));
            if (random.Next(4) == 0)
            {
                await sources[random.Next(sources.Count)].CancelAsync();
            }

            if (random.Next(10) == 0)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        await Task.WhenAll(tasks.Select(t => t.ContinueWith(_ => { }, TaskScheduler.Default))).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(tasks.Where(t => t.IsFaulted).Select(t => t.Exception!.InnerException), Is.All.TypeOf<TargetFaultException>());
        Assert.That(SpinWait.SpinUntil(() => lane.Running == 0, TimeSpan.FromSeconds(20)), Is.True);
        Assert.That(await lane.RunAsync(static x => x, 5, changes: true, CancellationToken.None), Is.EqualTo(5));
        sources.ForEach(s => s.Dispose());
    }

    [Test]
    public async Task No_call_runs_on_the_pool_from_wherever_it_is_made([Values(1, 2, 40)] int callers, [Values(1, 3, 64)] int maxConcurrency)
    {
        var lane = Lane(maxConcurrency);
        var lookedAt = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var onPool = false;
            for (var i = 0; i < 50; i++)
            {
                onPool |= await lane.RunAsync(static _ => Thread.CurrentThread.IsThreadPoolThread, 0, changes: i % 2 == 0, CancellationToken.None);
                onPool |= lane.Run(static _ => Thread.CurrentThread.IsThreadPoolThread, 0);
            }

            return onPool;
        })));

        Assert.That(lookedAt, Has.None.True);
    }

    [Test]
    public async Task Code_that_goes_on_after_a_call_may_block_on_the_next_one([Values(1, 4)] int maxConcurrency)
    {
        var lane = Lane(maxConcurrency);

        await lane.RunAsync(static x => x, 1, changes: false, CancellationToken.None).ConfigureAwait(false);
        var next = lane.RunAsync(static x => x, 2, changes: false, CancellationToken.None);
        var second = lane.RunAsync(static x => x, 3, changes: false, CancellationToken.None);

        Assert.That(Task.WaitAll([next, second], TimeSpan.FromSeconds(20)), Is.True);
        Assert.That(lane.RunAsync(static x => x, 4, changes: false, CancellationToken.None).Wait(TimeSpan.FromSeconds(20)), Is.True);
    }

    [Test]
    public async Task A_result_that_comes_too_late_is_disposed([Values] bool cancelled)
    {
        using var cancellation = new CancellationTokenSource();
        var result = new MemoryStream();
        var hung = Hang(() => result, changes: false, cancellation.Token);
        await hung.Started;
        if (cancelled)
        {
            await cancellation.CancelAsync();
            Assert.That(() => hung.Task, Throws.InstanceOf<OperationCanceledException>());
        }
        else
        {
            _time.Advance(Timeout + TimeSpan.FromSeconds(1));
            Assert.That(() => hung.Task, Throws.TypeOf<TargetFaultException>());
        }

        hung.Release();

        Assert.That(SpinWait.SpinUntil(() => !result.CanRead, TimeSpan.FromSeconds(20)), Is.True);
    }

    [Test]
    public async Task What_nobody_waits_for_is_done_when_its_turn_comes_however_late()
    {
        var lane = Lane(maxConcurrency: 1);
        var hung = Hang(() => 0, changes: false, CancellationToken.None, lane);
        await hung.Started;
        using var closed = new MemoryStream();

        var closing = lane.CloseAsync(closed);
        _time.Advance(Timeout * 100);
        Assert.That((closing.IsCompleted, closed.CanRead), Is.EqualTo((false, true)));
        hung.Release();

        await closing.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(closed.CanRead, Is.False);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private BlockingLane Lane(int maxConcurrency) => new("fsmt-test", maxConcurrency, Timeout, _time);

    private HungCall<T> Hang<T>(Func<T> result, bool changes, CancellationToken cancellationToken, BlockingLane? lane = null)
    {
        var call = new HungCall<T>();
        call.Task = (lane ?? _lane).RunAsync(_ => { call.Hang(); return result(); }, 0, changes, cancellationToken);
        _hung.Add(call);
        return call;
    }
}
