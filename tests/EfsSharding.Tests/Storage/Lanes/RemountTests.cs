using EfsSharding.TestSupport.Contract;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Storage.Lanes;

/// <summary>A mount that hangs, and what an operator mounts at its place.</summary>
[Platform("Linux", Reason = "a root is looked at on Linux only")]
internal sealed class RemountTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly EfsShardingOptions _options = new();
    private readonly ManualResetEventSlim _never = new();
    private LocalFiles _files = null!;
    private DirectoryVolumeFactory _factory = null!;
    private string _mounted = "1";
    private int _hanging;

    [SetUp]
    public void SetUp()
    {
        _files = LocalFiles.CreateTemporary();
        _never.Reset();
        _hanging = 0;
        _factory = new DirectoryVolumeFactory(_options, _time, _ => _mounted);
    }

    [TearDown]
    public async Task TearDown()
    {
        _never.Set();
        await _files.DisposeAsync();
    }

    [OneTimeTearDown]
    public void Dispose() => _never.Dispose();

    [Test]
    public async Task What_is_mounted_over_a_mount_that_hangs_is_used_without_a_restart()
    {
        await HangAsync(2);
        Assert.That(async () => await OpenAsync(hangs: false), Throws.TypeOf<TargetFaultException>(), "the same mount hangs still");

        _mounted = "2";

        await using var volume = await OpenAsync(hangs: false);
        await volume.ProbeAsync(CancellationToken.None);
    }

    [Test]
    public async Task However_often_a_mount_that_hangs_is_replaced_by_another_that_does_the_threads_are_bounded()
    {
        for (var mounted = 0; mounted < 20; mounted++)
        {
            _mounted = $"{mounted}";
            await HangAsync(2);
        }

        Assert.That(_hanging, Is.LessThanOrEqualTo(10));
    }

    private async Task HangAsync(int attempts)
    {
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var before = Volatile.Read(ref _hanging);
            var open = OpenAsync(hangs: true);
            Assert.That(SpinWait.SpinUntil(() => open.IsCompleted || Volatile.Read(ref _hanging) > before, TimeSpan.FromSeconds(20)), Is.True);
            while (!open.IsCompleted)
            {
                _time.Advance(_options.OperationTimeout + TimeSpan.FromSeconds(1));
                await Task.Yield();
            }

            Assert.That(async () => await open, Throws.TypeOf<TargetFaultException>());
        }
    }

    private Task<IVolume> OpenAsync(bool hangs) => _factory.OpenAsync("fsmt-test", _files.RootPath, hangs ? _ => Hang() : null, CancellationToken.None);

    private void Hang()
    {
        Interlocked.Increment(ref _hanging);
        _never.Wait();
    }
}
