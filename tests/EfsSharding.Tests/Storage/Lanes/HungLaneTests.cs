using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories.Lanes;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Storage.Lanes;

/// <summary>How many threads a mount that hangs takes: few, however many calls there are and however long it lasts.</summary>
internal sealed class HungLaneTests
{
    private const int Few = 4;
    private const int Places = 64;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private FakeTimeProvider _time = null!;
    private BlockingLane _lane = null!;
    private LaneCalls _calls = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new FakeTimeProvider();
        _lane = new BlockingLane("fsmt-test", Places, Timeout, _time);
        _calls = new LaneCalls(_lane);
    }

    [TearDown]
    public void TearDown() => _calls.ReleaseAll();

    [Test]
    public async Task A_mount_that_never_answered_takes_four_threads_however_many_ask_and_for_how_long()
    {
        for (var round = 0; round < 20; round++)
        {
            _calls.Begin(50);
            _time.Advance(Timeout + TimeSpan.FromSeconds(1));
        }

        await _calls.AllGivenUpAsync();
        Assert.That(_calls.Started, Is.EqualTo(Few));
    }

    [Test]
    public async Task A_mount_that_stops_answering_takes_no_more_threads_than_calls_were_under_way()
    {
        await ReachAsync(10);
        for (var round = 0; round < 20; round++)
        {
            _calls.Begin(50);
            _time.Advance(Timeout + TimeSpan.FromSeconds(1));
        }

        await _calls.AllGivenUpAsync();
        Assert.That(_calls.Running, Is.LessThanOrEqualTo(2 * 10));
    }

    [Test]
    public async Task While_calls_end_as_many_run_at_once_as_there_are_places()
    {
        _calls.Begin(500);
        for (var ended = 0; ended < 40 && _calls.Running < Places; ended++)
        {
            await _calls.EndOneAsync();
        }

        Assert.That(_calls.Running, Is.EqualTo(Places));
    }

    [Test]
    public async Task A_long_call_that_moves_on_holds_up_no_others()
    {
        using var step = new SemaphoreSlim(0);
        var large = Enumerable.Range(0, Few).Select(_ => _lane.RunAsync(
            s =>
            {
                s.Wait();
                LaneOperation.ReportProgress();
                s.Wait();
                return 0;
            },
            step,
            changes: false,
            CancellationToken.None)).ToArray();
        var small = _lane.RunAsync(static x => x, 7, changes: false, CancellationToken.None);

        step.Release();

        Assert.That(await small.WaitAsync(TimeSpan.FromSeconds(20)), Is.EqualTo(7));
        step.Release(2 * Few);
        await Task.WhenAll(large);
    }

    [Test]
    public async Task A_mount_that_answers_a_probe_is_asked_once_more()
    {
        _calls.Begin(Few);
        _time.Advance(Timeout + TimeSpan.FromSeconds(1));
        await _calls.AllGivenUpAsync();
        Assert.That(() => _lane.RunAsync(static x => x, 7, changes: false, CancellationToken.None), Throws.TypeOf<TargetFaultException>());

        _lane.NoteAnswer();
        Assert.That(await _lane.RunAsync(static x => x, 7, changes: false, CancellationToken.None), Is.EqualTo(7));

        var many = Enumerable.Range(0, 20).Select(i => _lane.RunAsync(static x => x, i, changes: false, CancellationToken.None));
        Assert.That(await Task.WhenAll(many), Is.EqualTo(Enumerable.Range(0, 20)), "one that ended shows that only the others hang");
    }

    [Test]
    public async Task Calls_that_hang_one_by_one_while_others_end_are_no_fault_of_the_mount()
    {
        for (var i = 0; i < 3 * Few; i++)
        {
            _calls.Begin(1);
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.That(await _lane.RunAsync(static x => x, i, changes: false, CancellationToken.None), Is.EqualTo(i));
            _time.Advance(Timeout);
            Assert.That(await _lane.RunAsync(static x => x, i, changes: false, CancellationToken.None), Is.EqualTo(i));
        }

        Assert.That(_calls.Running, Is.EqualTo(3 * Few));
    }

    [Test]
    public async Task Closing_that_hangs_counts_as_hanging()
    {
        using var never = new ManualResetEventSlim();
        for (var i = 0; i < Few; i++)
        {
            _ = _lane.Post(static n => n.Wait(), never);
        }

        _time.Advance(Timeout + TimeSpan.FromSeconds(1));

        Assert.That(_lane.IsStuck, Is.True, "a volume that is opened again must get a lane that works");
        Assert.That(() => _lane.RunAsync(static x => x, 0, changes: false, CancellationToken.None), Throws.TypeOf<TargetFaultException>());
        never.Set();
        Assert.That(SpinWait.SpinUntil(() => !_lane.IsStuck, TimeSpan.FromSeconds(20)), Is.True);
        Assert.That(await _lane.RunAsync(static x => x, 7, changes: false, CancellationToken.None), Is.EqualTo(7));
    }

    /// <summary>Whatever came before, a mount that then hangs takes twice what was under way at the most, or four.</summary>
    [FsCheck.NUnit.Property(MaxTest = 60)]
    public Property What_hangs_is_bounded_by_what_ran() => Prop.ForAll(
        Gen.Choose(0, 5).ListOf(30).ToArbitrary(),
        steps =>
        {
            SetUp();
            var most = 0;
            foreach (var step in steps)
            {
                switch (step)
                {
                    case 0:
                        _time.Advance(TimeSpan.FromSeconds(1));
                        break;
                    case 1 or 2 when _calls.Running > 0:
                        _calls.EndOneAsync().GetAwaiter().GetResult();
                        break;
                    default:
                        _calls.Begin(step);
                        break;
                }

                most = Math.Max(most, _calls.Running);
            }

            for (var round = 0; round < 8; round++)
            {
                _calls.Begin(80);
                _time.Advance(Timeout + TimeSpan.FromSeconds(1));
            }

            _calls.AllGivenUpAsync().GetAwaiter().GetResult();
            var hung = _calls.Running;
            _calls.ReleaseAll();
            return (hung <= Math.Max(Few, (2 * most) + Few)).Label($"{hung} hang, {most} ran at most");
        });

    /// <summary>So many calls at once are under way, and one ended a moment ago.</summary>
    private async Task ReachAsync(int concurrency)
    {
        _calls.Begin(concurrency);
        while (_calls.Waiting > 0)
        {
            await _calls.EndOneAsync();
            _calls.Begin(1);
        }
    }
}
