using EfsSharding.Volumes;
using FsCheck;

namespace EfsSharding.Tests.Storage;

internal sealed class StoreStartTests
{
    [FsCheck.NUnit.Property(Arbitrary = [typeof(ShardMaps)], MaxTest = 30)]
    public void Property8_the_store_starts_and_serves_everything_when_at_least_one_target_of_each_file_system_mounts(ShardMap map, int seed) =>
        ServesEverythingAsync(map, new Random(seed)).GetAwaiter().GetResult();

    [FsCheck.NUnit.Property(Arbitrary = [typeof(ShardMaps)], MaxTest = 30)]
    public void A_file_system_without_any_target_is_a_failed_start_that_names_it(ShardMap map, int seed) =>
        FailsToStartAsync(map, map.FileSystems[new Random(seed).Next(map.FileSystems.Count)].FileSystemId).GetAwaiter().GetResult();

    [Test]
    public async Task Default_targets_serve_until_the_map_can_be_read()
    {
        await using var test = new StoreUnderTest(
            StoreUnderTest.Map(1, 2), o => o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-default", FileSystemId = "fs-0" }));
        test.Source.Failure = new IOException("SSM is away");

        await test.Store.WriteAllTextAsync("file", "text");
        Assert.That(test.Store.Locate("file").MountTargetId, Is.EqualTo("fsmt-default"));

        test.Source.Failure = null;
        await test.Targets.RefreshAsync(CancellationToken.None);
        Assert.That(test.Store.Locate("file").MountTargetId, Is.AnyOf("fsmt-0-0", "fsmt-0-1"));
        Assert.That(await test.Store.ReadAllTextAsync("file"), Is.EqualTo("text"));
    }

    [Test]
    public async Task Nothing_is_located_before_the_start_and_any_operation_starts_the_store()
    {
        await using var test = new StoreUnderTest(StoreUnderTest.Map(1, 1));
        Assert.That(() => test.Store.Locate("file"), Throws.InvalidOperationException.With.Message.Contains("start"));

        Assert.That(await test.Store.ExistsAsync("file"), Is.False);

        Assert.That(test.Store.Locate("file").MountTargetId, Is.EqualTo("fsmt-0-0"));
    }

    [Test]
    public async Task Callers_of_a_start_share_one_attempt()
    {
        await using var test = new StoreUnderTest(StoreUnderTest.Map(1, 1));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (test.Source.Gate, test.Source.Failure) = (gate.Task, new IOException("SSM is away"));

        Task[] callers = [.. Enumerable.Range(0, 50).Select(i => test.Store.ExistsAsync($"file-{i}"))];
        gate.SetResult();

        foreach (var caller in callers)
        {
            await Assert.ThrowsAsync<IOException>(() => caller);
        }

        Assert.That(test.Source.Reads, Is.EqualTo(1));
        test.Source.Failure = null;
        Assert.That(await test.Store.ExistsAsync("file"), Is.False, "the next caller tries again");
    }

    [Test]
    public async Task A_caller_that_gives_up_fails_no_other()
    {
        await using var test = new StoreUnderTest(StoreUnderTest.Map(1, 1));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Source.Gate = gate.Task;
        using var cancel = new CancellationTokenSource();
        var first = test.Store.ExistsAsync("a", cancel.Token);
        var second = test.Store.ExistsAsync("b");

        await cancel.CancelAsync();
        await Assert.ThatAsync(() => first, Throws.InstanceOf<OperationCanceledException>());
        gate.SetResult();

        Assert.That(await second, Is.False);
        Assert.That(test.Source.Reads, Is.EqualTo(1));
    }

    [Test]
    public async Task A_start_waits_a_second_and_no_longer_for_a_target_beside_others_that_serve()
    {
        var grace = TimeSpan.FromSeconds(1);
        await using var test = new StoreUnderTest(StoreUnderTest.Map(2, 3));
        test.Mounter.Hang("fsmt-0-1", "fsmt-1-2");

        // The clock goes no further than the grace: a listing of the look at the layout, which follows, has deadlines of its own.
        var start = test.Targets.StartAsync(CancellationToken.None);
        Assert.That(SpinWait.SpinUntil(() => test.Time.Timers.Contains(grace), TimeSpan.FromSeconds(20)), Is.True);
        Assert.That(test.Mounter.Opened, Is.GreaterThanOrEqualTo(2));
        test.Time.Advance(grace - TimeSpan.FromTicks(1));
        Assert.That(start.IsCompleted, Is.False);
        test.Time.Advance(TimeSpan.FromTicks(1));

        await start;
        await test.Store.WriteAllTextAsync("file", "text");
        Assert.That(await test.Store.ReadAllTextAsync("file"), Is.EqualTo("text"));
    }

    [Test]
    public async Task A_target_that_fails_at_the_look_at_the_layout_gives_way_to_another()
    {
        await using var test = new StoreUnderTest(StoreUnderTest.Map(1, 2));
        test.Mounter.Before = (target, operation, _) => operation == "list" && target == "fsmt-0-0"
            ? throw new EfsSharding.Volumes.TargetFaultException("did not answer", mayTakeEffect: false) : Task.CompletedTask;

        await test.Targets.StartAsync(CancellationToken.None);

        Assert.That(await test.Store.ExistsAsync("file"), Is.False);
    }

    [Test]
    public async Task No_internal_exception_leaves_a_start_whose_targets_all_fail_at_the_look_at_the_layout()
    {
        await using var test = new StoreUnderTest(StoreUnderTest.Map(1, 2));
        test.Mounter.Before = (_, operation, _) => operation == "list"
            ? throw new EfsSharding.Volumes.TargetFaultException("did not answer", mayTakeEffect: false) : Task.CompletedTask;

        await Assert.ThatAsync(() => test.Targets.StartAsync(CancellationToken.None),
            Throws.TypeOf<TargetUnavailableException>().With.Message.Contains("fs-0").And.Message.Contains("did not answer"));
    }

    private static async Task ServesEverythingAsync(ShardMap map, Random random)
    {
        await using var test = new StoreUnderTest(map);
        var kept = map.MountTargets.GroupBy(t => t.FileSystemId).Select(g => g.ElementAt(random.Next(g.Count())).MountTargetId).ToHashSet();
        string[] others = [.. map.MountTargets.Select(t => t.MountTargetId).Where(id => !kept.Contains(id))];
        test.Mounter.SwitchOff(others.Where(_ => random.Next(2) == 0));

        await test.Targets.StartAsync(CancellationToken.None);

        await WriteAndReadBackAsync(test, "before");
        test.Mounter.SwitchOff(others);
        await WriteAndReadBackAsync(test, "after");
        Assert.That((await test.Store.EnumerateAsync("").ToListAsync()).Count, Is.EqualTo(2 * 20));
    }

    private static async Task WriteAndReadBackAsync(StoreUnderTest test, string directory)
    {
        string[] paths = [.. Enumerable.Range(0, 24).Select(i => $"{directory}/{i % 5}/{i}")];
        foreach (var (i, path) in paths.Index())
        {
            await test.Store.WriteAllTextAsync(path, $"content of {path}", (FileWriteMode)(i % 3));
        }

        foreach (var (i, path) in paths.Index())
        {
            Assert.That(await test.Store.ReadAllTextAsync(path), Is.EqualTo($"content of {path}"));
            Assert.That((await test.Store.GetInfoAsync(path))!.Length, Is.EqualTo($"content of {path}".Length));
            if (i % 6 == 0)
            {
                Assert.That(await test.Store.DeleteAsync(path), Is.True);
                Assert.That(await test.Store.ExistsAsync(path), Is.False);
            }
        }

        Assert.That(await test.Store.EnumerateAsync(directory).ToListAsync(), Is.EquivalentTo(paths.Where((_, i) => i % 6 != 0)));
    }

    private static async Task FailsToStartAsync(ShardMap map, string fileSystemId)
    {
        await using var test = new StoreUnderTest(map);
        test.Mounter.SwitchOff(map.MountTargets.Where(t => t.FileSystemId == fileSystemId).Select(t => t.MountTargetId));

        var refusal = await Assert.ThrowsAsync<TargetUnavailableException>(() => test.Targets.StartAsync(CancellationToken.None));
        Assert.That(refusal!.FileSystemId, Is.EqualTo(fileSystemId));
        Assert.That(refusal.Message, Does.Contain("switched off"));

        foreach (var target in map.MountTargets)
        {
            test.Mounter.SwitchOn(target.MountTargetId);
        }

        await test.Store.WriteAllTextAsync("file", "the start is tried again");
        Assert.That(await test.Store.ReadAllTextAsync("file"), Is.EqualTo("the start is tried again"));
    }
}
