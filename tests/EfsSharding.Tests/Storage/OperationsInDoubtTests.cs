using EfsSharding.Coordination;
using EfsSharding.Storage;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Storage;

internal sealed class OperationsInDoubtTests
{
    private OperationsInDoubt _doubts = null!;

    [SetUp]
    public void SetUp() => _doubts = new OperationsInDoubt();

    [Test]
    public void An_attempt_is_known_until_it_is_settled()
    {
        var (first, second) = (new WriteAttempt(), new DeleteAttempt(0));
        var (firstSettled, secondSettled) = (new TaskCompletionSource(), new TaskCompletionSource());
        _doubts.Add(Key("a"), first, firstSettled.Task);
        _doubts.Add(Key("a"), second, secondSettled.Task);
        _doubts.Add(Key("b"), new WriteAttempt(), new TaskCompletionSource().Task);

        Assert.That(_doubts.On(Key("a")), Is.EqualTo(new ChangeAttempt[] { first, second }));
        Assert.That(_doubts.On(Key("c")), Is.Empty);
        firstSettled.SetResult();
        Assert.That(_doubts.On(Key("a")), Is.EqualTo(new[] { second }));
        secondSettled.SetException(new IOException());
        Assert.That(_doubts.On(Key("a")), Is.Empty);
    }

    [Test]
    public void An_attempt_that_is_fenced_is_no_doubt_any_more()
    {
        var attempt = new WriteAttempt();
        _doubts.Add(Key("a"), attempt, new TaskCompletionSource().Task);

        _doubts.Remove(Key("a"), attempt);

        Assert.That(_doubts.IsEmpty, Is.True);
    }

    [Test]
    public void Doubts_of_one_path_on_two_file_systems_are_two()
    {
        _doubts.Add(new PathKey("fs-1", "a"), new WriteAttempt(), new TaskCompletionSource().Task);

        Assert.That(_doubts.On(new PathKey("fs-2", "a")), Is.Empty);
    }

    [Test]
    public void What_is_settled_already_is_no_doubt()
    {
        _doubts.Add(Key("a"), new WriteAttempt(), Task.CompletedTask);

        Assert.That(_doubts.IsEmpty, Is.True);
    }

    [Test]
    public async Task Doubts_that_come_and_go_at_once_are_all_removed()
    {
        var settled = Enumerable.Range(0, 500).Select(_ => new TaskCompletionSource()).ToArray();
        await Task.WhenAll(settled.Select((s, i) => Task.Run(() => _doubts.Add(Key($"path-{i % 3}"), new WriteAttempt(), s.Task))));
        Assert.That(Enumerable.Range(0, 3).Sum(i => _doubts.On(Key($"path-{i}")).Count), Is.EqualTo(500));

        await Task.WhenAll(settled.Select(s => Task.Run(s.SetResult)));

        Assert.That(Enumerable.Range(0, 3).Select(i => _doubts.On(Key($"path-{i}")).Count), Is.All.Zero);
    }

    private static PathKey Key(string path) => new("fs-1", path);
}
