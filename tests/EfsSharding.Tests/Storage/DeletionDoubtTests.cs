using EfsSharding.TestSupport.Contract;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using EfsSharding.Volumes.Directories.Lanes;
using EfsSharding.Volumes.Directories.Linux;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Storage;

/// <summary>A deletion that hung, and was done through another target, deletes nobody else's new file when it comes back to life.</summary>
[Platform("Linux", Reason = "needs statx(2): run on Linux")]
internal sealed class DeletionDoubtTests
{
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private LocalFiles _files = null!;
    private DirectoryVolume _other = null!;

    [SetUp]
    public void SetUp()
    {
        _files = LocalFiles.CreateTemporary();
        _other = Volume(LinuxRootDirectory.Open(_files.RootPath));
    }

    [TearDown]
    public async Task TearDown()
    {
        await _other.DisposeAsync();
        await _files.DisposeAsync();
    }

    [Test]
    public async Task It_is_done_elsewhere_once_and_never_again([Values("delete", "deleted")] string step)
    {
        _files.Write("d/file", "old"u8);
        var hung = new HungCall();
        await using var volume = Volume(new StallingRootDirectory(LinuxRootDirectory.Open(_files.RootPath), step, hung));
        var (attempt, fault) = await GiveUpAsync(volume, hung);

        var isDone = attempt.IsDone || await _other.FenceAsync("d/file", attempt, CancellationToken.None) == FenceResult.TookEffect;
        Assert.That(isDone, Is.EqualTo(step == "deleted"));
        Assert.That(isDone || await _other.DeleteAsync("d/file", CancellationToken.None), Is.True);
        _files.Write("d/file", "somebody else's"u8);
        hung.Release();
        await fault.Settled.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.That(_files.Read("d/file"), Is.EqualTo("somebody else's"u8.ToArray()));
    }

    [Test]
    public async Task A_rename_that_comes_late_fails_at_the_fence()
    {
        _files.Write("d/file", "old"u8);
        var settled = new TaskCompletionSource();
        var attempt = new DeleteAttempt(0) { Settled = settled.Task };
        attempt.SetMeant(VersionOf("d/file"));
        attempt.Begin("d/file");
        attempt.Abandon();

        Assert.That(await _other.FenceAsync("d/file", attempt, CancellationToken.None), Is.EqualTo(FenceResult.NoEffect));

        Assert.That(() => File.Move(On("d/file"), On($"d/{attempt.TemporaryName}"), overwrite: true), Throws.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>());
        Assert.That(_files.Read("d/file"), Is.EqualTo("old"u8.ToArray()));
        Assert.That(await ListAsync("d"), Is.EqualTo(new[] { "file" }), "the fence is hidden");
    }

    [Test]
    public async Task A_file_that_got_the_attempts_name_is_deleted()
    {
        _files.Write("d/file", "old"u8);
        var attempt = new DeleteAttempt(0);
        attempt.SetMeant(VersionOf("d/file"));
        File.Move(On("d/file"), On($"d/{attempt.TemporaryName}"));

        Assert.That(await _other.FenceAsync("d/file", attempt, CancellationToken.None), Is.EqualTo(FenceResult.TookEffect));

        Assert.That(_files.Names("d"), Is.Empty);
    }

    [Test]
    public async Task Another_file_than_the_one_that_was_to_go_is_left_alone()
    {
        _files.Write("d/file", "old"u8);
        var attempt = new DeleteAttempt(0);
        attempt.SetMeant(VersionOf("d/file"));
        File.Delete(On("d/file"));
        _files.Write("d/file", "somebody else's"u8);

        Assert.That(await _other.FenceAsync("d/file", attempt, CancellationToken.None), Is.EqualTo(FenceResult.Unknown));

        Assert.That(_files.Read("d/file"), Is.EqualTo("somebody else's"u8.ToArray()));
    }

    [Test]
    public async Task The_fence_goes_when_the_deletion_has_come_to_its_end()
    {
        var settled = new TaskCompletionSource();
        _files.Write("d/file", "old"u8);
        var attempt = new DeleteAttempt(0) { Settled = settled.Task };
        attempt.SetMeant(VersionOf("d/file"));
        await _other.FenceAsync("d/file", attempt, CancellationToken.None);
        Assert.That(_files.Names("d"), Has.Count.EqualTo(2));

        settled.SetResult();

        Assert.That(() => _files.Names("d"), Is.EqualTo(new[] { "file" }).After(20_000, 1));
    }

    private async Task<(DeleteAttempt Attempt, TargetFaultException Fault)> GiveUpAsync(DirectoryVolume volume, HungCall hung)
    {
        var attempt = new DeleteAttempt(0);
        var deletion = volume.DeleteAsync("d/file", attempt, CancellationToken.None);
        await hung.Started;
        _time.Advance(OperationTimeout + TimeSpan.FromSeconds(1));
        var fault = (await Assert.ThrowsAsync<TargetFaultException>(() => deletion))!;
        Assert.That((fault.MayTakeEffect, fault.Settled.IsCompleted), Is.EqualTo((true, false)));
        attempt.Abandon();
        return (attempt, fault);
    }

    private FileVersion VersionOf(string path) => StatOf.File(On(path));

    private async Task<List<string>> ListAsync(string directory)
    {
        var names = new List<string>();
        await foreach (var entry in _other.ListAsync(directory, CancellationToken.None))
        {
            names.Add(entry.Name);
        }

        return names;
    }

    private string On(string path) => Path.Join(_files.RootPath, path);

    private DirectoryVolume Volume(IRootDirectory root) =>
        new(_files.RootPath, root, new VolumeLanes("fsmt-test", maxConcurrency: 4, OperationTimeout, _time), _time);
}
