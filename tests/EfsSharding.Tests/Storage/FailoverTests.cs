using System.Diagnostics.Metrics;
using EfsSharding.Diagnostics;
using EfsSharding.Routing;
using EfsSharding.Storage;
using EfsSharding.Targets;
using EfsSharding.Volumes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace EfsSharding.Tests.Storage;

internal sealed class FailoverTests
{
    private static readonly FileSystemRoute Route = new("fs-0", [2, 0, 1]);

    private readonly List<string> _tried = [];
    private readonly Dictionary<string, Exception> _failures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IVolume> _volumes = new(StringComparer.Ordinal);
    private Action<string>? _beforeAnswer;
    private ServiceProvider _services = null!;
    private VolumesInUse _inUse = null!;
    private Failover _failover = null!;

    [SetUp]
    public async Task SetUp()
    {
        _tried.Clear();
        _failures.Clear();
        _beforeAnswer = null;
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var time = new FakeTimeProvider();
        _failover = new Failover(new StoreMetrics("", _services.GetRequiredService<IMeterFactory>(), time, () => _inUse));
        var mounter = Substitute.For<IVolumeMounter>();
        mounter.MountAsync(Arg.Any<MountTarget>(), Arg.Any<CancellationToken>()).Returns(call =>
        {
            // A probe that never ends keeps a target suspect.
            var volume = Substitute.For<IVolume>();
            volume.ProbeAsync(Arg.Any<CancellationToken>()).Returns(probe => Task.Delay(Timeout.Infinite, probe.Arg<CancellationToken>()));
            return _volumes[call.Arg<MountTarget>().MountTargetId] = volume;
        });
        _inUse = VolumesInUse.For(
            StoreUnderTest.Map(1, 3), RoutingRule.Rendezvous, previous: null, t => new VolumeInUse(t, mounter, new EfsShardingOptions(), time, NullLogger.Instance));
        foreach (var volume in _inUse.Volumes)
        {
            await volume.StartAsync();
        }
    }

    [TearDown]
    public async Task TearDown()
    {
        foreach (var volume in _inUse.Volumes)
        {
            await volume.DisposeAsync();
        }

        await _services.DisposeAsync();
    }

    [Test]
    public async Task Targets_are_tried_in_the_order_of_the_route()
    {
        Assert.That(await RunAsync(), Is.EqualTo("fsmt-0-2"));
        Fail("fsmt-0-2", "fsmt-0-0");
        Assert.That(await RunAsync(), Is.EqualTo("fsmt-0-1"));
        Assert.That(_tried, Is.EqualTo(new[] { "fsmt-0-2", "fsmt-0-2", "fsmt-0-0", "fsmt-0-1" }));
    }

    [Test]
    public async Task A_suspect_target_is_asked_after_all_others()
    {
        _inUse.Volumes[2].ReportFault(new IOException());
        Assert.That(await RunAsync(), Is.EqualTo("fsmt-0-0"));

        Fail("fsmt-0-0", "fsmt-0-1");
        Assert.That(await RunAsync(), Is.EqualTo("fsmt-0-2"));
        Assert.That(_tried, Is.EqualTo(new[] { "fsmt-0-0", "fsmt-0-0", "fsmt-0-1", "fsmt-0-2" }));
    }

    [Test]
    public async Task When_all_fail_each_was_asked_once_and_the_error_tells_of_each()
    {
        Fail("fsmt-0-0", "fsmt-0-1", "fsmt-0-2");

        var refusal = await Assert.ThrowsAsync<TargetUnavailableException>(() => RunAsync());

        Assert.That(_tried, Is.EqualTo(new[] { "fsmt-0-2", "fsmt-0-0", "fsmt-0-1" }));
        Assert.That(refusal!.FileSystemId, Is.EqualTo("fs-0"));
        Assert.That(refusal.InnerException, Is.SameAs(_failures["fsmt-0-1"]));
        Assert.That(_failures.Values.Select(f => f.Message), Is.All.Matches<string>(m => refusal.Message.Contains(m!, StringComparison.Ordinal)));
    }

    [Test]
    public async Task An_answer_or_a_cancellation_ends_the_operation([Values] bool cancelled)
    {
        Exception answer = cancelled ? new OperationCanceledException() : new FileNotFoundException();
        _failures["fsmt-0-2"] = answer;

        Assert.That(await Assert.CatchAsync(() => RunAsync()), Is.SameAs(answer));

        Assert.That(_tried, Is.EqualTo(new[] { "fsmt-0-2" }));
        Assert.That(_inUse.Volumes[2].State, Is.EqualTo(VolumeState.Up));
    }

    [Test]
    public async Task What_looks_at_a_fault_may_end_the_operation()
    {
        Fail("fsmt-0-2");

        Assert.That(await RunAsync((_, _) => true), Is.Null);
        Assert.That(_tried, Is.EqualTo(new[] { "fsmt-0-2" }));
        _inUse.Volumes[2].ReportFault(new IOException());
        Fail("fsmt-0-0");
        Assert.That(() => RunAsync((_, fault) => throw new InvalidDataException(fault.Message)), Throws.TypeOf<InvalidDataException>());
        Assert.That(_tried, Is.EqualTo(new[] { "fsmt-0-2", "fsmt-0-0" }));
    }

    [Test]
    public async Task A_target_that_came_up_while_another_one_failed_is_used()
    {
        var probe = new TaskCompletionSource();
        _volumes["fsmt-0-2"].ProbeAsync(Arg.Any<CancellationToken>()).Returns(probe.Task);
        _inUse.Volumes[2].ReportFault(new IOException("a blip"));
        Fail("fsmt-0-0", "fsmt-0-1");
        _beforeAnswer = target =>
        {
            if (target == "fsmt-0-0")
            {
                probe.TrySetResult();
                SpinWait.SpinUntil(() => _inUse.Volumes[2].State == VolumeState.Up, TimeSpan.FromSeconds(20));
            }
        };

        Assert.That(await RunAsync(), Is.EqualTo("fsmt-0-2"));
        Assert.That(_tried, Is.EqualTo(new[] { "fsmt-0-0", "fsmt-0-1", "fsmt-0-2" }));
    }

    [Test]
    public async Task Targets_that_are_one_mount_are_waited_for_once()
    {
        var mount = new object();
        foreach (var volume in _volumes.Values)
        {
            volume.Mount.Returns(mount);
        }

        Fail("fsmt-0-2");

        await Assert.ThrowsAsync<TargetUnavailableException>(() => RunAsync());

        Assert.That(_tried, Is.EqualTo(new[] { "fsmt-0-2" }));
        Assert.That(_inUse.Volumes.Select(v => v.State), Is.All.EqualTo(VolumeState.Suspect));
    }

    [Test]
    public async Task Too_much_at_once_is_said_and_is_no_fault_of_the_target()
    {
        _failures["fsmt-0-2"] = new StoreBusyException("too many open files");

        Assert.That(await Assert.CatchAsync(() => RunAsync()), Is.SameAs(_failures["fsmt-0-2"]));

        Assert.That(_tried, Is.EqualTo(new[] { "fsmt-0-2" }));
        Assert.That(_inUse.Volumes.Select(v => v.State), Is.All.EqualTo(VolumeState.Up));
    }

    private void Fail(params string[] mountTargetIds)
    {
        foreach (var id in mountTargetIds)
        {
            _failures[id] = new TargetFaultException($"{id} does not answer.", mayTakeEffect: false);
        }
    }

    private Task<string?> RunAsync(Func<int, TargetFaultException, bool>? onFault = null) => _failover.RunAsync(
        _inUse,
        Route,
        "read",
        (target, _, _, _) =>
        {
            _tried.Add(target.Target.MountTargetId);
            _beforeAnswer?.Invoke(target.Target.MountTargetId);
            return _failures.TryGetValue(target.Target.MountTargetId, out var failure)
                ? Task.FromException<string>(failure)
                : Task.FromResult(target.Target.MountTargetId);
        },
        0,
        onFault,
        CancellationToken.None);
}
