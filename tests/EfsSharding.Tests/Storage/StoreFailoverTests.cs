using System.Diagnostics.Metrics;
using EfsSharding.Targets;
using EfsSharding.Volumes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace EfsSharding.Tests.Storage;

internal sealed class StoreFailoverTests
{
    private StoreUnderTest _test = null!;

    private string First => _test.Store.Locate("file").MountTargetId;

    [SetUp]
    public async Task StartAsync() => _test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(2, 3));

    [TearDown]
    public async Task StopAsync() => await _test.DisposeAsync();

    [Test]
    public async Task The_next_target_of_the_same_file_system_serves()
    {
        using var fallbacks = new MetricCollector<long>(_test.Services.GetRequiredService<IMeterFactory>(), "EfsSharding", "efs_sharding.fallbacks");
        await _test.Store.WriteAllTextAsync("file", "text");
        Assert.That(fallbacks.GetMeasurementSnapshot(), Is.Empty);

        _test.Mounter.SwitchOff(First);
        Assert.That(await _test.Store.ReadAllTextAsync("file"), Is.EqualTo("text"));

        var fallback = fallbacks.GetMeasurementSnapshot().Single();
        Assert.That(fallback.Tags["operation"], Is.EqualTo("read"));
        Assert.That(fallback.Tags["mount_target"], Is.Not.EqualTo(First));
        Assert.That(_test.Store.Locate("file").MountTargetId, Is.EqualTo(First), "where a path belongs does not depend on who is up");
    }

    [Test]
    public async Task When_no_target_of_the_file_system_is_left_nothing_is_written_elsewhere()
    {
        var fileSystemId = _test.Store.Locate("file").FileSystemId;
        _test.Mounter.SwitchOff(Enumerable.Range(0, 3).Select(t => $"{fileSystemId.Replace("fs", "fsmt", StringComparison.Ordinal)}-{t}"));

        Func<Task>[] operations =
        [
            () => _test.Store.WriteAllTextAsync("file", "text"), () => _test.Store.ReadAllBytesAsync("file"), () => _test.Store.OpenReadAsync("file"),
            () => _test.Store.GetInfoAsync("file"), () => _test.Store.DeleteAsync("file"), () => _test.Store.AppendAllTextAsync("file", "text"),
            () => _test.Store.EnumerateAsync().ToListAsync().AsTask(),
        ];
        foreach (var operation in operations)
        {
            var refusal = await Assert.ThrowsAsync<TargetUnavailableException>(operation);
            Assert.That(refusal!.FileSystemId, Is.EqualTo(fileSystemId));
        }

        Assert.That(Directory.EnumerateFiles(_test.Root, "*", SearchOption.AllDirectories), Is.Empty);
        var other = _test.PathOn(fileSystemId == "fs-0" ? "fs-1" : "fs-0");
        await _test.Store.WriteAllTextAsync(other, "the other file system goes on");
        Assert.That(await _test.Store.ReadAllTextAsync(other), Is.EqualTo("the other file system goes on"));
    }

    [Test]
    public async Task An_answer_about_a_file_is_no_fault_of_the_target()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => _test.Store.ReadAllBytesAsync("file"));
        await _test.Store.WriteAllTextAsync("file", "text");
        await Assert.ThrowsAsync<FileExistsException>(() => _test.Store.WriteAllTextAsync("file", "text", FileWriteMode.CreateNew));

        Assert.That(_test.Targets.InUse!.Volumes.Select(v => v.State), Is.All.EqualTo(VolumeState.Up));
    }

    [Test]
    public async Task A_target_that_answers_again_serves_again()
    {
        var first = First;
        _test.Mounter.SwitchOff(first);
        await _test.Store.WriteAllTextAsync("file", "text");
        var target = _test.Targets.InUse!.Volumes.Single(v => v.Target.MountTargetId == first);
        Assert.That(SpinWait.SpinUntil(() => target.State == VolumeState.Down, TimeSpan.FromSeconds(20)), Is.True);
        Assert.That(target.Problem, Does.Contain("switched off"));

        _test.Mounter.SwitchOn(first);

        Assert.That(
            SpinWait.SpinUntil(
                () => { _test.Time.Advance(TimeSpan.FromSeconds(1)); return target.State == VolumeState.Up; }, TimeSpan.FromSeconds(20)),
            Is.True);
        Assert.That(target.Problem, Is.Null);
    }

    [TestCase(FileWriteMode.Replace, true)]
    [TestCase(FileWriteMode.Replace, false)]
    [TestCase(FileWriteMode.CreateNew, true)]
    [TestCase(FileWriteMode.CreateNew, false)]
    public async Task A_write_whose_answer_is_lost_is_done_once(FileWriteMode mode, bool takesEffect)
    {
        var first = First;
        _test.Mounter.Before = (target, operation, _) => Lose(!takesEffect && operation == "write" && target == first);
        _test.Mounter.After = (target, operation, _) => Lose(takesEffect && operation == "write" && target == first);

        await _test.Store.WriteAllTextAsync("file", "text", mode);

        Assert.That(await _test.Store.ReadAllTextAsync("file"), Is.EqualTo("text"));
        Assert.That(await _test.Store.EnumerateAsync().ToListAsync(), Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public async Task An_append_that_may_have_happened_is_not_repeated()
    {
        await _test.Store.WriteAllTextAsync("file", "one");
        _test.Mounter.Before = (_, operation, _) => Lose(operation == "write");

        var refusal = await Assert.ThrowsAsync<ChangeInDoubtException>(() => _test.Store.AppendAllTextAsync("file", "two"));

        Assert.That(refusal!.MayHaveTakenEffect, Is.True);
        Assert.That(refusal.Message, Does.Contain("'file'").And.Contains("before you append again"));
        _test.Mounter.Before = null;
        Assert.That(await _test.Store.ReadAllTextAsync("file"), Is.EqualTo("one"));
    }

    [Test]
    public async Task Content_that_cannot_be_read_again_is_not_sent_in_part([Values] bool canSeek)
    {
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        var first = First;
        _test.Mounter.Before = async (target, operation, write) =>
        {
            if (operation == "write" && target == first)
            {
                while (await write!.Content.ReadAsync(new byte[100_000], CancellationToken.None) > 0)
                {
                }

                await Lose(true);
            }
        };
        Stream stream = canSeek ? new MemoryStream(content) : new TestSupport.Contract.PatternStream(content, 100_000);

        if (canSeek)
        {
            await _test.Store.WriteAsync("file", stream);
            Assert.That((await _test.Store.ReadAllBytesAsync("file")).AsSpan().SequenceEqual(content), Is.True);
        }
        else
        {
            Assert.That(() => _test.Store.WriteAsync("file", stream), Throws.TypeOf<ContentNotRepeatableException>().With.Message.Contains("once more"));
            Assert.That(await _test.Store.ExistsAsync("file"), Is.False);
        }
    }

    [Test]
    public async Task A_stream_goes_on_through_another_target_when_the_file_is_the_same([Values] bool replaced)
    {
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        await _test.Store.WriteAllBytesAsync("file", content);
        await using var stream = await _test.Store.OpenReadAsync("file");
        var read = new byte[content.Length];
        await stream.ReadExactlyAsync(read.AsMemory(0, 1000));
        if (replaced)
        {
            await _test.Store.WriteAllBytesAsync("file", new byte[content.Length]);
        }

        _test.Mounter.SwitchOff(First);

        if (replaced)
        {
            Assert.That(() => stream.ReadExactlyAsync(read.AsMemory(1000)).AsTask(), Throws.TypeOf<FileChangedException>().With.Message.Contains("Open it again").And.Property("Path").EqualTo("file"));
        }
        else
        {
            await stream.ReadExactlyAsync(read.AsMemory(1000));
            Assert.That(read.AsSpan().SequenceEqual(content), Is.True);
        }
    }

    [Test]
    public async Task A_stream_gives_as_many_bytes_as_its_length_says_when_the_file_grew_before_a_failover([Values] bool blocking)
    {
        await _test.Store.WriteAllBytesAsync("file", new byte[1000]);
        await using var stream = await _test.Store.OpenReadAsync("file");
        await stream.ReadExactlyAsync(new byte[10]);
        await _test.Store.AppendAllBytesAsync("file", new byte[500]);
        _test.Mounter.SwitchOff(First);

        var rest = 0;
        var buffer = new byte[300];
        int count;
        while ((count = blocking ? stream.Read(buffer) : await stream.ReadAsync(buffer)) > 0)
        {
            rest += count;
        }

        Assert.That(10 + rest, Is.EqualTo(stream.Length).And.EqualTo(1000));
    }

    [Test]
    public async Task A_stream_over_a_file_that_was_deleted_before_a_failover_says_so()
    {
        await _test.Store.WriteAllBytesAsync("file", new byte[1000]);
        await using var stream = await _test.Store.OpenReadAsync("file");
        await _test.Store.DeleteAsync("file");
        _test.Mounter.SwitchOff(First);

        Assert.That(() => stream.ReadAsync(new byte[10]).AsTask(), Throws.TypeOf<FileChangedException>().With.Property("Path").EqualTo("file"));
    }

    [Test]
    public async Task A_stream_that_is_disposed_while_it_goes_over_to_another_target_leaves_all_as_it_was([Values] bool blocking)
    {
        await _test.Store.WriteAllBytesAsync("file", new byte[1000]);
        var stream = await _test.Store.OpenReadAsync("file");
        _test.Mounter.SwitchOff(First);
        _test.Mounter.Before = (_, operation, _) => operation == "open" ? stream.DisposeAsync().AsTask() : Task.CompletedTask;

        await Assert.ThatAsync(
            () => blocking ? Task.Run(() => stream.Read(new byte[10])) : stream.ReadAsync(new byte[10]).AsTask(), Throws.TypeOf<ObjectDisposedException>());

        _test.Mounter.Before = null;
        Assert.That(_test.Targets.InUse!.Volumes.Select(Lend), Is.All.True, "each is still in use by its map");
        Assert.That(Directory.EnumerateFiles("/proc/self/fd").Select(f => new FileInfo(f).LinkTarget).Where(t => t?.StartsWith(_test.Root + "/fs", StringComparison.Ordinal) == true && t.EndsWith("/file", StringComparison.Ordinal)), Is.Empty);

        static bool Lend(VolumeInUse target)
        {
            var isLent = target.TryLend() is not null;
            target.Release();
            return isLent;
        }
    }

    [Test]
    public async Task A_file_that_every_target_opens_and_none_reads_is_an_error_in_the_end()
    {
        await _test.Store.WriteAllTextAsync("file", "text");
        await using var stream = await _test.Store.OpenReadAsync("file");
        var reads = 0;
        _test.Mounter.BeforeStreamRead = () =>
        {
            if (++reads <= 1000)
            {
                throw new TargetFaultException("Input/output error", mayTakeEffect: false);
            }
        };

        Assert.That(() => stream.ReadAsync(new byte[10]).AsTask(), Throws.TypeOf<TargetUnavailableException>().With.Message.Contains("'file'"));

        Assert.That(reads, Is.LessThanOrEqualTo(4), "once through each of three targets, and once more through the first");
    }

    private static Task Lose(bool now, Task? settled = null) =>
        now
            ? Task.FromException(new TargetFaultException("The answer is lost.", mayTakeEffect: true) { Settled = settled ?? Task.CompletedTask })
            : Task.CompletedTask;
}
