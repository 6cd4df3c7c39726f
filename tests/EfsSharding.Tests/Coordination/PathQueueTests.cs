using EfsSharding.Coordination;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Coordination;

internal sealed class PathQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly PathKey Path = new("fs-1", "file");

    private FakeTimeProvider _time = null!;
    private PathQueue _queue = null!;

    [SetUp]
    public void SetUp() => (_time, _queue) = (new FakeTimeProvider(), new PathQueue());

    [TearDown]
    public void NothingIsLeft() => Assert.That((_queue.Count, _queue.HasDoubts), Is.EqualTo((0, false)));

    [Test]
    public async Task Callers_get_their_turn_in_the_order_in_which_they_came()
    {
        var order = new List<int>();
        var first = await EnterAsync();
        var waiting = Enumerable.Range(0, 50).Select(i => InTurnAsync(i)).ToArray();
        Assert.That(order, Is.Empty);

        first.Dispose();
        await Task.WhenAll(waiting);

        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 50)));

        async Task InTurnAsync(int i)
        {
            using var turn = await EnterAsync();
            order.Add(i);
        }
    }

    [Test]
    public async Task Other_paths_and_other_file_systems_do_not_wait()
    {
        using var first = await EnterAsync();
        using var second = await _queue.EnterAsync(new PathKey("fs-2", "file"), Patience, _time, default);
        using var third = await _queue.EnterAsync(new PathKey("fs-1", "other"), Patience, _time, default);

        Assert.That(_queue.Count, Is.EqualTo(3));
    }

    [Test]
    public async Task One_that_is_cancelled_leaves_the_line_to_the_others()
    {
        using var cancellation = new CancellationTokenSource();
        var first = await EnterAsync();
        var cancelled = _queue.EnterAsync(Path, Patience, _time, cancellation.Token).AsTask();
        var last = EnterAsync();

        await cancellation.CancelAsync();
        Assert.That(() => cancelled, Throws.InstanceOf<OperationCanceledException>());
        first.Dispose();

        (await last).Dispose();
    }

    [Test]
    public async Task The_wait_ends_when_nobody_ahead_ends_for_that_long()
    {
        var first = await EnterAsync();
        var (second, third) = (EnterAsync(), EnterAsync());
        _time.Advance(Patience - TimeSpan.FromSeconds(1));
        first.Dispose();
        var turn = await second;
        _time.Advance(Patience - TimeSpan.FromSeconds(1));
        Assert.That(third.IsCompleted, Is.False, "the line has moved since");

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(() => third, Throws.TypeOf<TimeoutException>());
        turn.Dispose();
    }

    [Test]
    public async Task A_change_in_doubt_holds_its_path_until_it_is_settled()
    {
        var settled = new TaskCompletionSource();
        using (var turn = await EnterAsync())
        {
            turn.HoldUntil(settled.Task);
        }

        Assert.That((_queue.IsInDoubt(Path), _queue.HasDoubts), Is.EqualTo((true, true)));
        var next = EnterAsync();
        Assert.That(next.IsCompleted, Is.False);

        settled.SetResult();
        (await next).Dispose();
        Assert.That(_queue.IsInDoubt(Path), Is.False);
    }

    [Test]
    public async Task A_doubt_that_is_ended_lets_the_next_one_in()
    {
        var settled = new TaskCompletionSource();
        using (var turn = await EnterAsync())
        {
            turn.HoldUntil(settled.Task);
        }

        _queue.EndDoubt(Path);
        using var next = await EnterAsync();
        settled.SetResult();
        Assert.That(() => _queue.HasDoubts, Is.False.After(20_000, 1));
        Assert.That(_queue.Count, Is.EqualTo(1), "the doubt that settles late takes nobody's turn");
    }

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public void Whoever_comes_and_goes_one_at_a_time_holds_the_path(byte[] seeds)
    {
        var holders = 0;
        var queue = new PathQueue();
        var callers = (seeds ?? []).Select(seed => Task.Run(async () =>
        {
            using var cancellation = new CancellationTokenSource();
            if (seed % 4 == 0)
            {
                cancellation.CancelAfter(TimeSpan.FromMilliseconds(seed % 3));
            }

            try
            {
                using var turn = await queue.EnterAsync(Path, TimeSpan.FromMinutes(1), TimeProvider.System, cancellation.Token);
                Assert.That(Interlocked.Increment(ref holders), Is.EqualTo(1));
                await Task.Yield();
                Interlocked.Decrement(ref holders);
            }
            catch (OperationCanceledException)
            {
                // It left the line.
            }
        }));
        Task.WaitAll([.. callers]);
        Assert.That(queue.Count, Is.Zero);
    }

    private Task<PathTurn> EnterAsync() => _queue.EnterAsync(Path, Patience, _time, CancellationToken.None).AsTask();
}
