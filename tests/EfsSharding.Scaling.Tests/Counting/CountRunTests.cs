using EfsSharding.Scaling.Counting;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Scaling.Tests.Counting;

[TestFixture]
internal sealed class CountRunTests
{
    private static readonly FileCountRequest Request = new() { Directory = "/anywhere", TimeLimit = TimeSpan.FromSeconds(10) };

    [Test]
    public async Task A_file_system_that_hangs_does_not_outlast_the_time_limit()
    {
        using var hang = new ManualResetEventSlim();
        using var counted = new ManualResetEventSlim();
        var clock = new FakeTimeProvider();
        var running = CountRun.RunAsync(Request, Hang, clock, CancellationToken.None);
        counted.Wait();
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.That(running.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));

        var count = await running;
        hang.Set();

        Assert.That((count.Files, count.End, count.IsComplete), Is.EqualTo((5L, FileCountEnd.TimeLimitReached, false)));
        Assert.That(count.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(10)));

        void Hang(CountTally tally)
        {
            tally.AddFiles(5);
            counted.Set();
            hang.Wait();
        }
    }

    [Test]
    public async Task A_file_system_that_hangs_does_not_outlast_a_cancellation()
    {
        using var hang = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var running = CountRun.RunAsync(Request, _ => hang.Wait(), TimeProvider.System, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => running);
        hang.Set();
    }

    [Test]
    public async Task A_walk_that_fails_fails_the_count()
    {
        var failure = new DirectoryUnreadableException("/a", "b");

        var thrown = await Assert.CatchAsync<DirectoryUnreadableException>(
            () => CountRun.RunAsync(Request, _ => throw failure, TimeProvider.System, CancellationToken.None));

        Assert.That(thrown, Is.SameAs(failure));
    }
}
