using EfsSharding.Storage;
using EfsSharding.Volumes;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Storage;

/// <summary>Changes that a target still holds when they were given up: they undo nothing that was acknowledged later.</summary>
[Platform("Linux", Reason = "needs statx(2): run on Linux")]
internal sealed class StoreDoubtTests
{
    private StoreUnderTest _test = null!;
    private TaskCompletionSource _settled = null!;

    private string First => _test.Store.Locate("file").MountTargetId;

    [SetUp]
    public async Task StartAsync()
    {
        _test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 2));
        _settled = Signal();
    }

    [TearDown]
    public async Task StopAsync()
    {
        _settled.TrySetResult();
        await _test.DisposeAsync();
        Assert.That(() => EfsSharding.Coordination.PathQueue.Shared.HasDoubts, Is.False.After(20_000, 1));
    }

    [Test]
    public async Task A_write_that_failed_over_hinders_no_later_change([Values("delete", "replace", "create", "append")] string change)
    {
        Hold("write");
        await _test.Store.WriteAllTextAsync("file", "text");

        switch (change)
        {
            case "delete":
                Assert.That(await _test.Store.DeleteAsync("file"), Is.True);
                break;
            case "replace":
                await _test.Store.WriteAllTextAsync("file", "newer");
                break;
            case "create":
                Assert.That(() => _test.Store.WriteAllTextAsync("file", "newer", FileWriteMode.CreateNew), Throws.TypeOf<FileExistsException>());
                break;
            default:
                _test.Mounter.Before = null;
                await _test.Store.AppendAllTextAsync("file", " and more");
                break;
        }
    }

    [Test]
    public async Task A_hung_clean_up_on_an_older_file_system_hinders_no_write_to_the_owner()
    {
        await _test.DisposeAsync();
        var both = StoreUnderTest.Map(2, 2);
        _test = await StoreUnderTest.StartAsync(both with { FileSystems = [both.FileSystems[0], both.FileSystems[1] with { State = FileSystemState.Joining }] });
        var path = _test.PathOn("fs-1");
        _test.Mounter.Before = (target, operation, _) => operation == "delete" && target.StartsWith("fsmt-0", StringComparison.Ordinal)
            ? Task.FromException(new TargetFaultException("hangs", mayTakeEffect: true) { Settled = _settled.Task })
            : Task.CompletedTask;
        Assert.That(() => _test.Store.WriteAllTextAsync(path, "version 1"), Throws.InstanceOf<StoreException>().With.Property("MayHaveTakenEffect").True);
        _test.Mounter.Before = null;

        await _test.Store.AppendAllTextAsync(path, ", appended to");

        Assert.That(File.ReadAllText(_test.OnDisk("fs-1", path)), Is.EqualTo("version 1, appended to"));
    }

    [Test]
    public async Task A_write_that_failed_undoes_none_that_was_begun_before_and_acknowledged_later()
    {
        var (held, secondMayGo, firstEntered, secondEntered) = (Signal(), Signal(), Signal(), Signal());
        WriteAttempt? stuck = null;
        var first = First;
        var entries = 0;
        _test.Mounter.Before = async (target, operation, write) =>
        {
            if (operation != "write")
            {
                return;
            }

            if (target == first && Interlocked.Increment(ref entries) == 1)
            {
                // Its temporary file is there, and its rename hangs in the kernel.
                stuck = write!.Current;
                await File.WriteAllTextAsync(_test.OnDisk("fs-0", stuck.TemporaryName), "first");
                firstEntered.SetResult();
                await held.Task;
                throw new TargetFaultException("did not answer", mayTakeEffect: true) { Settled = _settled.Task };
            }

            if (target == first)
            {
                secondEntered.SetResult();
                await secondMayGo.Task;
                throw new TargetFaultException("did not answer", mayTakeEffect: true);
            }

            if (write!.Content.Bytes.Span.SequenceEqual("first"u8))
            {
                throw new IOException("No space left on device");
            }
        };
        var one = _test.Store.WriteAllTextAsync("file", "first");
        await firstEntered.Task;
        var two = _test.Store.WriteAllTextAsync("file", "second");
        await secondEntered.Task;
        held.SetResult();
        Assert.That(() => one, Throws.InstanceOf<IOException>());
        secondMayGo.SetResult();
        await two;

        Assert.That(File.Exists(_test.OnDisk("fs-0", stuck!.TemporaryName)), Is.False, "the rename that comes late finds nothing");
        Assert.That(await _test.Store.ReadAllTextAsync("file"), Is.EqualTo("second"));
    }

    [Test]
    public async Task A_doubt_that_comes_up_while_a_change_is_made_is_fenced_before_it_is_acknowledged()
    {
        var first = First;
        var earlier = new WriteAttempt();
        earlier.Abandon();
        _test.Mounter.After = async (target, operation, _) =>
        {
            if (operation == "write" && OperationsInDoubt.Shared.IsEmpty)
            {
                await File.WriteAllTextAsync(_test.OnDisk("fs-0", earlier.TemporaryName), "earlier");
                OperationsInDoubt.Shared.Add(new("fs-0", $"{_test.Root}/file"), earlier, _settled.Task);
            }
        };

        await _test.Store.WriteAllTextAsync("file", "text");

        Assert.That(File.Exists(_test.OnDisk("fs-0", earlier.TemporaryName)), Is.False);
        Assert.That(OperationsInDoubt.Shared.On(new("fs-0", $"{_test.Root}/file")), Is.Empty);
    }

    [Test]
    public async Task An_append_in_doubt_holds_the_path_against_other_appends_alone()
    {
        await _test.Store.WriteAllTextAsync("file", "one");
        Hold("write");
        Assert.That(() => _test.Store.AppendAllTextAsync("file", "two"), Throws.TypeOf<ChangeInDoubtException>());
        _test.Mounter.Before = null;

        var refused = _test.Store.AppendAllTextAsync("file", "three");
        Assert.That(refused.IsCompleted, Is.False);
        _test.Time.Advance(new EfsShardingOptions().OperationTimeout);
        Assert.That(() => refused, Throws.TypeOf<EarlierChangeInDoubtException>().With.Property("MayHaveTakenEffect").False);

        await _test.Store.WriteAllTextAsync("file", "replaced, ");
        await _test.Store.AppendAllTextAsync("file", "and appended to");
        Assert.That(await _test.Store.ReadAllTextAsync("file"), Is.EqualTo("replaced, and appended to"));
    }

    [Test]
    public async Task When_no_target_answers_the_error_says_whether_the_change_may_yet_happen([Values] bool begun, [Values("write", "delete")] string operation)
    {
        await _test.Store.WriteAllTextAsync("file", "text");
        _test.Mounter.Before = (_, o, _) => o == operation
            ? Task.FromException(new TargetFaultException("hangs", begun) { Settled = begun ? _settled.Task : Task.CompletedTask })
            : Task.CompletedTask;

        var failure = (await Assert.ThrowsAsync<TargetUnavailableException>(
            () => operation == "write" ? _test.Store.WriteAllTextAsync("file", "newer") : _test.Store.DeleteAsync("file")))!;

        Assert.That(failure.MayHaveTakenEffect, Is.EqualTo(begun));
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Hold(string operation)
    {
        var first = First;
        _test.Mounter.Before = (target, o, _) => o == operation && target == first
            ? Task.FromException(new TargetFaultException("hangs", mayTakeEffect: true) { Settled = _settled.Task })
            : Task.CompletedTask;
    }
}
