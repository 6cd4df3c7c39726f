using System.Collections.Concurrent;
using System.Diagnostics;

namespace EfsSharding.Tests.Storage;

/// <summary>What a listener sees of the store's operations.</summary>
[NonParallelizable]
internal sealed class StoreTraceTests
{
    private ConcurrentQueue<Activity> _spans = null!;
    private ActivityListener _listener = null!;
    private StoreUnderTest _test = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _spans = [];
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "EfsSharding",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
        _test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 2));
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _test.DisposeAsync();
        _listener.Dispose();
    }

    [Test]
    public async Task Every_operation_has_a_span_that_says_where_it_went_and_how_much_it_moved()
    {
        await _test.Store.WriteAllTextAsync("file", "text");
        await _test.Store.ReadAllTextAsync("file");
        await (await _test.Store.OpenReadAsync("file")).DisposeAsync();
        await _test.Store.GetInfoAsync("file");
        await _test.Store.EnumerateAsync().ToListAsync();
        await _test.Store.DeleteAsync("file");

        var target = _test.Store.Locate("file").MountTargetId;
        foreach (var operation in new[] { "write", "read", "open", "info", "delete" })
        {
            var span = Span(operation);
            Assert.That(span.GetTagItem("store"), Is.EqualTo(""), operation);
            Assert.That(span.GetTagItem("file_system"), Is.EqualTo("fs-0"), operation);
            Assert.That(span.GetTagItem("mount_target"), Is.EqualTo(target), operation);
            Assert.That(span.GetTagItem("bytes"), operation is "write" or "read" ? Is.EqualTo(4) : Is.Null, operation);
            Assert.That(span.Status, Is.EqualTo(ActivityStatusCode.Unset), operation);
        }

        Assert.That(Span("list").GetTagItem("files"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_failed_operation_has_the_status_the_type_and_the_exception()
    {
        _test.Mounter.SwitchOff("fsmt-0-0", "fsmt-0-1");
        var operations = new Dictionary<string, Func<Task>>(StringComparer.Ordinal)
        {
            ["read"] = () => _test.Store.ReadAllBytesAsync("file"),
            ["open"] = () => _test.Store.OpenReadAsync("file"),
            ["info"] = () => _test.Store.GetInfoAsync("file"),
            ["delete"] = () => _test.Store.DeleteAsync("file"),
            ["write"] = () => _test.Store.WriteAllTextAsync("file", "text"),
            ["list"] = () => _test.Store.EnumerateAsync().ToListAsync().AsTask(),
        };
        foreach (var (name, operation) in operations)
        {
            await Assert.ThatAsync(() => operation(), Throws.TypeOf<TargetUnavailableException>());
            var span = Span(name);
            Assert.That(span.Status, Is.EqualTo(ActivityStatusCode.Error), name);
            Assert.That(span.GetTagItem("error.type"), Is.EqualTo(typeof(TargetUnavailableException).FullName), name);
            Assert.That(span.Events.Last().Name, Is.EqualTo("exception"), name);
        }
    }

    [Test]
    public async Task An_attempt_that_failed_over_is_an_event_of_a_span_that_succeeded()
    {
        await _test.Store.WriteAllTextAsync("file", "text");
        var first = _test.Store.Locate("file").MountTargetId;
        _test.Mounter.SwitchOff(first);

        await _test.Store.ReadAllTextAsync("file");

        var span = Span("read");
        Assert.That(span.Status, Is.EqualTo(ActivityStatusCode.Unset));
        Assert.That(span.GetTagItem("mount_target"), Is.Not.EqualTo(first));
        Assert.That(span.Events.Single().Tags, Has.Some.EqualTo(new KeyValuePair<string, object?>("mount_target", first)));
    }

    [Test]
    public async Task A_listing_that_was_left_early_is_no_failure()
    {
        await _test.Store.WriteAllTextAsync("file", "text");
        await foreach (var path in _test.Store.EnumerateAsync())
        {
            break;
        }

        Assert.That(Span("list").Status, Is.EqualTo(ActivityStatusCode.Unset));
    }

    private Activity Span(string operation) => _spans.Last(s => s.OperationName == $"efs_sharding.{operation}");
}
