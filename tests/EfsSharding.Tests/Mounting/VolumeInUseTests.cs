using EfsSharding.Targets;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace EfsSharding.Tests.Mounting;

internal sealed class VolumeInUseTests
{
    private static readonly MountTarget Target = new() { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "10.0.0.1" };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly EfsShardingOptions _options = new() { MountTimeout = TimeSpan.FromSeconds(77) };
    private RecordingTimeProvider _time = null!;
    private IVolumeMounter _mounter = null!;
    private IVolume _volume = null!;
    private VolumeInUse _target = null!;
    private bool _isRetired;

    [SetUp]
    public void SetUp()
    {
        _isRetired = false;
        _time = new RecordingTimeProvider();
        _volume = Substitute.For<IVolume>();
        _mounter = Substitute.For<IVolumeMounter>();
        _mounter.MountAsync(Target, Arg.Any<CancellationToken>()).Returns(_volume);
        _target = new VolumeInUse(Target, _mounter, _options, _time, NullLogger.Instance);
    }

    [TearDown]
    public async Task TearDown()
    {
        if (!_isRetired)
        {
            await _target.DisposeAsync();
        }

        await _volume.DisposeAsync();
    }

    [Test]
    public async Task A_target_that_is_reached_is_up_and_lends_its_volume()
    {
        Assert.That((_target.State, _target.TryLend()), Is.EqualTo((VolumeState.Down, (IVolume?)null)));

        await _target.StartAsync();

        Assert.That((_target.State, _target.Problem), Is.EqualTo((VolumeState.Up, (string?)null)));
        Assert.That(_target.TryLend(), Is.SameAs(_volume));
    }

    [Test]
    public async Task A_target_that_is_not_reached_is_tried_again_with_delays_that_double()
    {
        _mounter.MountAsync(Target, Arg.Any<CancellationToken>()).ThrowsAsync(new MountFailedException(Target, "refused."));

        await _target.StartAsync();
        Assert.That((_target.State, _target.TryLend()), Is.EqualTo((VolumeState.Down, (IVolume?)null)));
        Assert.That(_target.Problem, Does.Contain("refused"));

        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            _time.Advance(NextDelay(seconds));
        }

        var last = NextDelay(30);
        _mounter.MountAsync(Target, Arg.Any<CancellationToken>()).Returns(_volume);
        _time.Advance(last);
        Assert.That(SpinWait.SpinUntil(() => _target.State == VolumeState.Up, Patience), Is.True);
        Assert.That(_target.Problem, Is.Null);
    }

    [Test]
    public async Task An_attempt_ends_with_the_mount_timeout()
    {
        _mounter.MountAsync(Target, Arg.Any<CancellationToken>()).Returns(async call =>
        {
            await Task.Delay(Timeout.Infinite, call.Arg<CancellationToken>());
            return _volume;
        });
        var start = _target.StartAsync();

        _time.Advance(_options.MountTimeout);

        await start.WaitAsync(Patience);
        Assert.That(_target.State, Is.EqualTo(VolumeState.Down));
        Assert.That(_target.Problem, Does.Contain("did not answer within 77 s").And.Contains("2049"));
    }

    [Test]
    public async Task After_a_fault_a_probe_decides()
    {
        await _target.StartAsync();
        var probe = new TaskCompletionSource();
        _volume.ProbeAsync(Arg.Any<CancellationToken>()).Returns(probe.Task);

        _target.ReportFault(new IOException("no answer"));
        Assert.That((_target.State, _target.Problem), Is.EqualTo((VolumeState.Suspect, "no answer")));
        Assert.That(_target.TryLend(), Is.SameAs(_volume), "it may still be asked when nobody else is left");
        probe.SetResult();

        Assert.That(SpinWait.SpinUntil(() => _target.State == VolumeState.Up, Patience), Is.True);
        await _mounter.Received(1).MountAsync(Target, Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task That_the_process_has_too_many_files_open_to_probe_says_nothing_of_the_target()
    {
        await _target.StartAsync();
        _volume.ProbeAsync(Arg.Any<CancellationToken>()).ThrowsAsync(new StoreBusyException("too many open files"));

        _target.ReportFault(new IOException("no answer"));
        var delay = NextDelay(1);
        Assert.That(_target.State, Is.EqualTo(VolumeState.Suspect));
        _volume.ProbeAsync(Arg.Any<CancellationToken>()).Returns(Task.CompletedTask);
        _time.Advance(delay);

        Assert.That(SpinWait.SpinUntil(() => _target.State == VolumeState.Up, Patience), Is.True);
        await _mounter.Received(1).MountAsync(Target, Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task A_volume_that_stays_dead_is_replaced_by_a_new_one()
    {
        await _target.StartAsync();
        _volume.ProbeAsync(Arg.Any<CancellationToken>()).ThrowsAsync(new TargetFaultException("stale", mayTakeEffect: false));
        var second = Substitute.For<IVolume>();
        _mounter.MountAsync(Target, Arg.Any<CancellationToken>()).Returns(second);

        _target.ReportFault(new IOException("no answer"));
        Assert.That(SpinWait.SpinUntil(() => _target.State == VolumeState.Down, Patience), Is.True);
        _time.Advance(NextDelay(1));

        Assert.That(SpinWait.SpinUntil(() => _target.State == VolumeState.Up, Patience), Is.True);
        Assert.That(_target.TryLend(), Is.SameAs(second));
        Assert.That(SpinWait.SpinUntil(() => _volume.ReceivedCalls().Any(c => c.GetMethodInfo().Name == nameof(IAsyncDisposable.DisposeAsync)), Patience), Is.True);
    }

    [Test]
    public async Task A_retired_target_is_unmounted_after_its_last_operation_and_lends_no_more()
    {
        await _target.StartAsync();
        _target.TryLend();
        _target.TryLend();

        var retirement = _target.RetireAsync(CancellationToken.None);
        _time.Advance(NextDelay(_options.OperationTimeout.TotalSeconds));
        _target.Release();
        await _mounter.DidNotReceive().UnmountAsync(Arg.Any<MountTarget>(), Arg.Any<IVolume>(), Arg.Any<CancellationToken>());
        Assert.That(retirement.IsCompleted, Is.False);
        _target.Release();

        await retirement.WaitAsync(Patience);
        _isRetired = true;
        await _mounter.Received(1).UnmountAsync(Target, _volume, Arg.Any<CancellationToken>());
        Assert.That(_target.TryLend(), Is.Null);
    }

    [Test]
    public async Task A_target_that_is_retired_while_it_is_down_is_tried_no_more()
    {
        _mounter.MountAsync(Target, Arg.Any<CancellationToken>()).ThrowsAsync(new MountFailedException(Target, "refused."));
        await _target.StartAsync();
        NextDelay(1);

        var retirement = _target.RetireAsync(CancellationToken.None);
        _time.Advance(NextDelay(_options.OperationTimeout.TotalSeconds));
        await retirement.WaitAsync(Patience);
        _isRetired = true;
        _time.Advance(TimeSpan.FromHours(1));

        await _mounter.Received(1).MountAsync(Target, Arg.Any<CancellationToken>());
        await _mounter.DidNotReceive().UnmountAsync(Arg.Any<MountTarget>(), Arg.Any<IVolume>(), Arg.Any<CancellationToken>());
    }

    /// <summary>Waits until the target has asked for a delay, other than the timeout of an attempt, and checks how long it is.</summary>
    private TimeSpan NextDelay(double seconds)
    {
        TimeSpan next = default;
        Assert.That(
            SpinWait.SpinUntil(() => _time.Timers.TryDequeue(out next) && next != _options.MountTimeout, Patience),
            Is.True);
        Assert.That(next, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
        return next;
    }
}
