using EfsSharding.Discovery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Discovery;

internal sealed class ShardMapFeedTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly EfsShardingOptions _options = new();
    private readonly List<ShardMapVersion> _applied = [];
    private FakeTimeProvider _time = null!;
    private FakeLogger<ShardMapFeed> _logger = null!;
    private ScriptedShardMapSource _source = null!;
    private ScriptedShardMapSource _fallback = null!;
    private Exception? _applyFailure;

    [SetUp]
    public void SetUp()
    {
        _time = new FakeTimeProvider();
        _logger = new FakeLogger<ShardMapFeed>();
        _source = new ScriptedShardMapSource("/efs/map") { Published = Version(5, Noon) };
        _fallback = new ScriptedShardMapSource("defaults") { Published = Version(0, null, "fsmt-default") };
        _applied.Clear();
        _applyFailure = null;
    }

    [Test]
    public async Task Map_is_read_again_on_access_once_it_is_old_and_not_before()
    {
        await using var feed = await StartedAsync();

        _time.Advance(_options.RefreshInterval - TimeSpan.FromTicks(1));
        feed.RefreshIfOld();
        Assert.That(_source.Reads, Is.EqualTo(1));

        _source.Published = Version(6, Noon.AddMinutes(1));
        _time.Advance(TimeSpan.FromTicks(1));
        feed.RefreshIfOld();
        await ReadsAsync(2);
        await SettledAsync(feed);
        Assert.That(feed.InUse!.Map.Revision, Is.EqualTo(6));
    }

    [Test]
    public async Task There_is_one_reload_at_a_time()
    {
        await using var feed = await StartedAsync();
        var gate = new TaskCompletionSource();
        _source.Gate = gate.Task;
        _time.Advance(_options.RefreshInterval);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(feed.RefreshIfOld)));
        await ReadsAsync(2);
        _time.Advance(_options.RefreshInterval * 3);
        feed.RefreshIfOld();
        gate.SetResult();
        await SettledAsync(feed);

        Assert.That(_source.Reads, Is.EqualTo(2 + 1), "the second by age and the one that this test waited with");
    }

    [Test]
    public async Task Starts_that_race_load_once()
    {
        await using var feed = Feed();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => feed.StartAsync(CancellationToken.None))));

        Assert.That((_source.Reads, _applied.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task The_last_good_map_stays_when_reading_fails_and_it_is_tried_again_an_interval_later()
    {
        await using var feed = await StartedAsync();
        _source.Failure = new ShardMapFormatException("/efs/map", "$", "broken");

        await feed.RefreshAsync(CancellationToken.None);

        Assert.That((feed.InUse!.Map.Revision, _applied.Count), Is.EqualTo((5L, 1)));
        Assert.That(_logger.LatestRecord.Id.Id, Is.EqualTo(1001));
        Assert.That(_logger.LatestRecord.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(_logger.LatestRecord.Message, Does.Contain("/efs/map").And.Contains("5"));
        feed.RefreshIfOld();
        Assert.That(_source.Reads, Is.EqualTo(2));
        _source.Failure = null;
        _source.Published = Version(6, Noon.AddMinutes(1));
        _time.Advance(_options.RefreshInterval);
        feed.RefreshIfOld();
        await ReadsAsync(3);
        await SettledAsync(feed);
        Assert.That(feed.InUse!.Map.Revision, Is.EqualTo(6));
    }

    [Test]
    public async Task The_last_good_map_stays_when_the_new_one_cannot_be_used()
    {
        await using var feed = await StartedAsync();
        _source.Published = Version(6, Noon.AddMinutes(1));
        _applyFailure = new IOException("no target answers");

        await feed.RefreshAsync(CancellationToken.None);
        Assert.That(feed.InUse!.Map.Revision, Is.EqualTo(5));

        _applyFailure = null;
        await feed.RefreshAsync(CancellationToken.None);
        Assert.That(feed.InUse!.Map.Revision, Is.EqualTo(6));
    }

    [TestCase(4, -1, false, TestName = "A_step_back_in_revision_and_time_is_ignored")]
    [TestCase(5, -1, false, TestName = "A_step_back_in_time_alone_is_ignored_at_the_same_revision")]
    [TestCase(6, -1, true, TestName = "A_higher_revision_is_used_whatever_the_clock_says")]
    [TestCase(1, 1, true, TestName = "A_parameter_made_anew_starts_again_at_revision_1")]
    [TestCase(5, 1, true, TestName = "A_document_edited_by_hand_is_used")]
    public async Task Only_a_newer_document_is_used(int revision, int minutes, bool used)
    {
        await using var feed = await StartedAsync();
        _source.Published = Version(revision, Noon.AddMinutes(minutes), "fsmt-other");

        await feed.RefreshAsync(CancellationToken.None);

        Assert.That(ReferenceEquals(feed.InUse, _source.Published), Is.EqualTo(used));
        Assert.That(_logger.Collector.GetSnapshot().Any(r => r.Id.Id == 1003), Is.EqualTo(!used));
    }

    [Test]
    public async Task An_equal_document_is_not_applied_again()
    {
        await using var feed = await StartedAsync();
        _source.Published = Version(5, Noon.AddMinutes(1));

        await feed.RefreshAsync(CancellationToken.None);

        Assert.That(_applied, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_failed_first_read_starts_with_the_fallback_until_the_real_map_can_be_read()
    {
        _source.Failure = new IOException("SSM is away");
        await using var feed = await StartedAsync();
        Assert.That(feed.InUse!.Map.MountTargets[0].MountTargetId, Is.EqualTo("fsmt-default"));
        Assert.That(_logger.Collector.GetSnapshot().Select(r => r.Id.Id), Does.Contain(1002));

        _source.Failure = null;
        await feed.RefreshAsync(CancellationToken.None);

        Assert.That(feed.InUse!.Map.Revision, Is.EqualTo(5));
        _source.Published = Version(4, Noon.AddMinutes(-1));
        await feed.RefreshAsync(CancellationToken.None);
        Assert.That(feed.InUse!.Map.Revision, Is.EqualTo(5), "the fallback is forgotten");
    }

    [Test]
    public async Task A_fallback_that_could_not_be_used_is_forgotten_too()
    {
        _source.Failure = new IOException("SSM is away");
        _applyFailure = new IOException("no target answers");
        await using var feed = Feed();
        Assert.That(() => feed.StartAsync(CancellationToken.None), Throws.Exception.SameAs(_applyFailure));
        (_source.Failure, _applyFailure) = (null, null);
        await feed.StartAsync(CancellationToken.None);

        _source.Published = Version(4, Noon.AddMinutes(-1));
        await feed.RefreshAsync(CancellationToken.None);

        Assert.That(feed.InUse!.Map.Revision, Is.EqualTo(5));
    }

    [Test]
    public async Task Without_a_fallback_a_failed_first_read_is_a_failed_start_that_can_be_tried_again()
    {
        _source.Failure = new IOException("SSM is away");
        await using var feed = Feed(withFallback: false);
        Assert.That(() => feed.StartAsync(CancellationToken.None), Throws.Exception.SameAs(_source.Failure));
        Assert.That(feed.InUse, Is.Null);

        _source.Failure = null;
        await feed.StartAsync(CancellationToken.None);

        Assert.That(feed.InUse!.Map.Revision, Is.EqualTo(5));
    }

    [Test]
    public async Task A_cancelled_refresh_says_so_and_lets_the_next_one_in()
    {
        await using var feed = await StartedAsync();
        using var cancellation = new CancellationTokenSource();
        _source.Gate = new TaskCompletionSource().Task;
        var refresh = feed.RefreshAsync(cancellation.Token);
        await cancellation.CancelAsync();

        Assert.That(() => refresh, Throws.InstanceOf<OperationCanceledException>());
        _source.Gate = Task.CompletedTask;
        _source.Published = Version(6, Noon.AddMinutes(1));
        await feed.RefreshAsync(CancellationToken.None);
        Assert.That(feed.InUse!.Map.Revision, Is.EqualTo(6));
    }

    [Test]
    public async Task Closing_ends_the_reload_under_way_and_nothing_is_brought_into_use_afterwards()
    {
        var unobserved = new List<Exception>();
        void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Add(e.Exception);
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        try
        {
            await CloseDuringReloadAsync();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= OnUnobserved;
        }

        Assert.That(unobserved, Is.Empty);
    }

    [Test]
    public async Task Closing_and_starting_do_not_wait_for_a_source_of_the_user_that_blocks_its_thread()
    {
        _source.Block.Reset();
        var feed = new ShardMapFeed(new CheckedShardMapSource(_source), null, (_, _) => Task.CompletedTask, Times, _time, _logger);
        var start = Task.Run(() => feed.StartAsync(CancellationToken.None));
        await ReadsAsync(1);

        await feed.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        await Assert.ThatAsync(() => start, Throws.InstanceOf<ObjectDisposedException>());
        _source.Block.Set();
    }

    [Test]
    public async Task A_source_of_the_user_that_blocks_its_thread_takes_one_however_often_it_is_asked()
    {
        _source.Block.Reset();
        var source = new CheckedShardMapSource(_source);
        using var cancellation = new CancellationTokenSource();
        var first = Task.Run(() => source.ReadAsync(cancellation.Token));
        await ReadsAsync(1);
        await cancellation.CancelAsync();
        await Assert.ThatAsync(() => first, Throws.InstanceOf<OperationCanceledException>());

        for (var i = 0; i < 5; i++)
        {
            await Assert.ThatAsync(() => source.ReadAsync(CancellationToken.None), Throws.InstanceOf<IOException>().With.Message.Contains("/efs/map"));
        }

        Assert.That(_source.Reads, Is.EqualTo(1));
        _source.Block.Set();
    }

    [Test]
    public async Task Closing_does_not_wait_for_a_refresh_whose_source_never_answers_and_does_not_listen()
    {
        var feed = await StartedAsync();
        _source.Endless = true;
        _time.Advance(_options.RefreshInterval);
        feed.RefreshIfOld();
        await ReadsAsync(2);

        await feed.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task A_closed_feed_says_so()
    {
        var feed = await StartedAsync();
        await feed.DisposeAsync();

        Assert.That(() => feed.StartAsync(CancellationToken.None), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => feed.RefreshAsync(CancellationToken.None), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(_source.Reads, Is.EqualTo(1));
    }

    [Test]
    public async Task A_first_read_that_ran_out_of_its_own_time_starts_with_the_fallback()
    {
        _source.Failure = new TaskCanceledException("the HTTP client's timeout");

        await using var feed = await StartedAsync();

        Assert.That(feed.InUse!.Map.MountTargets[0].MountTargetId, Is.EqualTo("fsmt-default"));
    }

    [Test]
    public async Task Fixed_targets_make_a_map_of_their_file_systems()
    {
        MountTarget[] targets = [Target("fsmt-1", "fs-b"), Target("fsmt-2", "fs-a"), Target("fsmt-3", "fs-b")];
        var source = new FixedShardMapSource(targets);

        var version = await source.ReadAsync(CancellationToken.None);

        Assert.That(version.Map.MountTargets, Is.EqualTo(targets));
        Assert.That(version.Map.FileSystems.Select(f => f.FileSystemId), Is.EqualTo(new[] { "fs-b", "fs-a" }));
        Assert.That(version.LastModified, Is.Null);
    }

    private async Task CloseDuringReloadAsync()
    {
        var feed = await StartedAsync();
        var gate = new TaskCompletionSource();
        _source.Gate = gate.Task;
        _source.Published = Version(6, Noon.AddMinutes(1));
        _time.Advance(_options.RefreshInterval);
        feed.RefreshIfOld();
        await ReadsAsync(2);

        await feed.DisposeAsync();
        gate.SetResult();
        feed.RefreshIfOld();

        Assert.That((_applied.Count, _source.Reads, feed.InUse!.Map.Revision), Is.EqualTo((1, 2, 5L)));
    }

    private static MountTarget Target(string id, string fileSystemId) => new() { MountTargetId = id, FileSystemId = fileSystemId };

    private static ShardMapVersion Version(long revision, DateTimeOffset? modified, string target = "fsmt-1") => new()
    {
        Map = new ShardMap { Revision = revision, MountTargets = [Target(target, "fs-1")], FileSystems = [new FileSystem { FileSystemId = "fs-1" }] },
        LastModified = modified,
    };

    private ShardMapTimes Times => new(_options.RefreshInterval, _options.MountTimeout);

    private ShardMapFeed Feed(bool withFallback = true) =>
        new(_source, withFallback ? _fallback : null, ApplyAsync, Times, _time, _logger);

    private async Task<ShardMapFeed> StartedAsync()
    {
        var feed = Feed();
        await feed.StartAsync(CancellationToken.None);
        return feed;
    }

    private Task ApplyAsync(ShardMapVersion version, CancellationToken cancellationToken)
    {
        _applied.Add(version);
        return _applyFailure is null ? Task.CompletedTask : Task.FromException(_applyFailure);
    }

    private Task ReadsAsync(int count)
    {
        Assert.That(() => SpinWait.SpinUntil(() => _source.Reads >= count, TimeSpan.FromSeconds(20)), Is.True);
        return Task.CompletedTask;
    }

    /// <summary>A refresh waits for the one under way.</summary>
    private static Task SettledAsync(ShardMapFeed feed) => feed.RefreshAsync(CancellationToken.None);
}
