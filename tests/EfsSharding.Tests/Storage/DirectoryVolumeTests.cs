using System.IO.Pipelines;
using EfsSharding.TestSupport.Contract;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using EfsSharding.Volumes.Directories.Lanes;
using EfsSharding.Volumes.Directories.Linux;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Storage;

/// <summary>Writes that hang on one target, are done through another, and come back to life.</summary>
[Platform("Linux", Reason = "needs statx(2): run on Linux")]
internal sealed class DirectoryVolumeTests
{
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(5);

    private FakeTimeProvider _time = null!;
    private LocalFiles _files = null!;
    private DirectoryVolume _other = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new FakeTimeProvider();
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
    public async Task A_write_that_comes_back_to_life_undoes_nothing(
        [Values("stage", "write", "publish")] string step,
        [Values(FileWriteMode.Replace, FileWriteMode.CreateNew)] FileWriteMode mode,
        [Values(100, 2_500_000)] int length)
    {
        var hung = new HungCall();
        await using var volume = Volume(new StallingRootDirectory(LinuxRootDirectory.Open(_files.RootPath), step, hung));
        var bytes = new byte[length];
        bytes.AsSpan().Fill(1);
        var write = new PendingWrite(await FileContentReader.ReadAsync(new MemoryStream(bytes), CancellationToken.None), mode);
        var attempt = volume.WriteAsync("d/file", write, CancellationToken.None);
        await hung.Started;
        _time.Advance(OperationTimeout + TimeSpan.FromSeconds(1));
        var fault = (await Assert.ThrowsAsync<TargetFaultException>(() => attempt))!;
        Assert.That((fault.MayTakeEffect, fault.Settled.IsCompleted), Is.EqualTo((true, false)));

        var doubtful = write.Abandon();
        Assert.That(doubtful.IsDone, Is.False);
        Assert.That(write.Content.TryRewind(), Is.True);
        Assert.That(await _other.FenceAsync("d/file", doubtful, CancellationToken.None), Is.EqualTo(FenceResult.NoEffect));
        await _other.WriteAsync("d/file", write, CancellationToken.None);
        Assert.That(_files.Read("d/file")!.AsSpan().SequenceEqual(bytes), Is.True);
        await _other.WriteAsync("d/file", new PendingWrite(new FileContent("newer"u8.ToArray()), FileWriteMode.Replace), CancellationToken.None);
        hung.Release();
        await fault.Settled.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.That(
            SpinWait.SpinUntil(() => _files.Names("d").Count == 1, TimeSpan.FromSeconds(20)), Is.True, "what it left is removed");
        Assert.That(_files.Read("d/file"), Is.EqualTo("newer"u8.ToArray()));
    }

    [Test]
    public async Task A_write_that_had_published_when_it_was_given_up_is_done()
    {
        var hung = new HungCall();
        await using var volume = Volume(new StallingRootDirectory(LinuxRootDirectory.Open(_files.RootPath), "answer", hung));
        var write = new PendingWrite(new FileContent(new byte[10]), FileWriteMode.CreateNew);
        var attempt = volume.WriteAsync("d/file", write, CancellationToken.None);
        await hung.Started;
        _time.Advance(OperationTimeout + TimeSpan.FromSeconds(1));
        Assert.That(() => attempt, Throws.TypeOf<TargetFaultException>());

        Assert.That(write.Abandon().IsDone, Is.True);
        hung.Release();
    }

    [Test]
    public async Task An_append_whose_later_step_was_never_started_may_have_taken_effect()
    {
        var hung = new HungCall();
        await using var volume = Volume(new StallingRootDirectory(LinuxRootDirectory.Open(_files.RootPath), "delete", hung), maxConcurrency: 1);
        var rest = new Pipe();
        _files.Write("d/file", []);
        var attempt = WriteHeadAsync(volume, FileWriteMode.Append, rest);
        SpinWait.SpinUntil(() => _files.Read("d/file")?.Length == 4, TimeSpan.FromSeconds(20));
        var delete = volume.DeleteAsync("d/other", CancellationToken.None);
        await hung.Started;
        await rest.Writer.WriteAsync("rest"u8.ToArray());

        var fault = (await Assert.ThrowsAsync<TargetFaultException>(() => GivenUpAsync(attempt)))!;

        hung.Release();
        Assert.That(fault.Message, Does.Contain("not started"));
        Assert.That(fault.MayTakeEffect, Is.True, "the head is in the file, and must not be appended once more");
        Assert.That(_files.Read("d/file"), Is.EqualTo("head"u8.ToArray()));
        await delete.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Test]
    public async Task What_a_write_left_is_removed_once_the_calls_ahead_of_it_come_back()
    {
        var hung = new HungCall();
        await using var volume = Volume(new StallingRootDirectory(LinuxRootDirectory.Open(_files.RootPath), "delete", hung), maxConcurrency: 1);
        var rest = new Pipe();
        var attempt = WriteHeadAsync(volume, FileWriteMode.Replace, rest);
        SpinWait.SpinUntil(() => _files.Names("d").Count == 1, TimeSpan.FromSeconds(20));
        var delete = volume.DeleteAsync("d/other", CancellationToken.None);
        await hung.Started;
        await rest.Writer.CompleteAsync(new IOException("the client went away"));
        Assert.That(() => attempt, Throws.TypeOf<IOException>().With.Message.Contains("went away"));

        Assert.That(() => GivenUpAsync(delete), Throws.TypeOf<TargetFaultException>());
        _time.Advance(OperationTimeout + TimeSpan.FromSeconds(1));
        hung.Release();

        Assert.That(SpinWait.SpinUntil(() => _files.Names("d").Count == 0, TimeSpan.FromSeconds(20)), Is.True);
    }

    [TestCase(FileWriteMode.Replace)]
    [TestCase(FileWriteMode.CreateNew)]
    public async Task Given_up_at_any_moment_a_write_is_done_once_and_leaves_nothing(FileWriteMode mode)
    {
        using var first = LinuxRootDirectory.Open(_files.RootPath);
        using var second = LinuxRootDirectory.Open(_files.RootPath);
        var content = new byte[2000];
        content.AsSpan().Fill(7);
        for (var round = 0; round < 400; round++)
        {
            var path = $"d/file-{round}";
            var write = new PendingWrite(new FileContent(content), mode);
            var current = write.Current;
            var attempt = Task.Run(() => WriteWhole(first, path, write, current));
            Thread.SpinWait(round * 40 % 9000);

            var doubtful = write.Abandon();
            if (!doubtful.IsDone && second.Fence(path, doubtful) == FenceResult.NoEffect)
            {
                WriteWhole(second, path, write, write.Current);
            }

            // The first attempt may have been fenced at any step; how it ends is nobody's business any more.
            await attempt.ContinueWith(_ => { }, TaskScheduler.Default);
            Assert.That(_files.Read(path), Is.EqualTo(content), $"round {round}");
        }

        Assert.That(_files.Names("d").Where(n => TemporaryName.Is(n)), Is.Empty);
    }

    private static void WriteWhole(LinuxRootDirectory root, string path, PendingWrite write, WriteAttempt attempt)
    {
        using var staged = root.Stage(path, write, attempt);
        staged?.Write(write.Content.Bytes.Span);
        staged?.Publish();
    }

    private static Task WriteHeadAsync(DirectoryVolume volume, FileWriteMode mode, Pipe rest) =>
        volume.WriteAsync("d/file", new PendingWrite(new FileContent("head"u8.ToArray(), rest.Reader.AsStream(), 0), mode), CancellationToken.None);

    /// <summary>The clock goes on until the lane has given the operation up, whenever that came into the lane.</summary>
    private async Task GivenUpAsync(Task operation)
    {
        while (!operation.IsCompleted)
        {
            _time.Advance(OperationTimeout + TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await operation;
    }

    private DirectoryVolume Volume(IRootDirectory root, int maxConcurrency = 4) =>
        new(_files.RootPath, root, new VolumeLanes("fsmt-test", maxConcurrency, OperationTimeout, _time), _time);
}
