using EfsSharding.Storage;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Storage;

internal sealed class OperationsInDoubtTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();

    [Test]
    public void A_write_is_known_until_it_is_settled()
    {
        var doubts = new OperationsInDoubt();
        var (first, second) = (new WriteAttempt(), new WriteAttempt());
        var (firstSettled, secondSettled) = (new TaskCompletionSource(), new TaskCompletionSource());
        doubts.Add("a", first, firstSettled.Task);
        doubts.Add("a", second, secondSettled.Task);
        doubts.Add("b", attempt: null, new TaskCompletionSource().Task);

        Assert.That(doubts.AttemptsOn("a"), Is.EqualTo(new[] { first, second }));
        Assert.That(doubts.AttemptsOn("b"), Is.Empty);
        Assert.That(doubts.AttemptsOn("c"), Is.Empty);
        firstSettled.SetResult();
        Assert.That(doubts.AttemptsOn("a"), Is.EqualTo(new[] { second }));
        secondSettled.SetException(new IOException());
        Assert.That(doubts.AttemptsOn("a"), Is.Empty);
    }

    [Test]
    public void What_is_settled_already_is_no_doubt()
    {
        var doubts = new OperationsInDoubt();
        doubts.Add("a", new WriteAttempt(), Task.CompletedTask);

        Assert.That(doubts.AttemptsOn("a"), Is.Empty);
    }

    [TestCase(false, false, true)]
    [TestCase(false, true, false)]
    [TestCase(true, false, false)]
    [TestCase(true, true, false)]
    public async Task What_cannot_be_fenced_is_waited_for(bool isDelete, bool includeWrites, bool passes)
    {
        var doubts = new OperationsInDoubt();
        var settled = new TaskCompletionSource();
        doubts.Add("a", isDelete ? null : new WriteAttempt(), settled.Task);

        Assert.That(WaitAsync(doubts, "b", includeWrites).IsCompleted, Is.True);
        var waiting = WaitAsync(doubts, "a", includeWrites);
        Assert.That(waiting.IsCompleted, Is.EqualTo(passes));
        settled.SetResult();
        await waiting;
    }

    [Test]
    public void The_wait_ends_with_the_timeout()
    {
        var doubts = new OperationsInDoubt();
        doubts.Add("a", attempt: null, new TaskCompletionSource().Task);
        var waiting = WaitAsync(doubts, "a", includeWrites: false);

        _time.Advance(Timeout);

        Assert.That(() => waiting, Throws.TypeOf<TimeoutException>());
    }

    [Test]
    public async Task Doubts_that_come_and_go_at_once_are_all_removed()
    {
        var doubts = new OperationsInDoubt();
        var settled = Enumerable.Range(0, 500).Select(_ => new TaskCompletionSource()).ToArray();
        await Task.WhenAll(settled.Select((s, i) => Task.Run(() => doubts.Add($"path-{i % 3}", new WriteAttempt(), s.Task))));
        Assert.That(Enumerable.Range(0, 3).Sum(i => doubts.AttemptsOn($"path-{i}").Count()), Is.EqualTo(500));

        await Task.WhenAll(settled.Select(s => Task.Run(s.SetResult)));

        Assert.That(Enumerable.Range(0, 3).Select(i => doubts.AttemptsOn($"path-{i}").Count()), Is.All.Zero);
    }

    private Task WaitAsync(OperationsInDoubt doubts, string path, bool includeWrites) =>
        doubts.WaitAsync(path, includeWrites, Timeout, _time, CancellationToken.None);
}
