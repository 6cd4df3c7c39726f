namespace EfsSharding.Tests.Storage;

internal sealed class StoreMapChangeTests
{
    [Test]
    public async Task A_published_map_takes_effect_without_a_restart_and_moves_paths_to_the_new_target_alone()
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 3));
        string[] paths = [.. Enumerable.Range(0, 200).Select(i => $"file-{i}")];
        foreach (var path in paths)
        {
            await test.Store.WriteAllTextAsync(path, path);
        }

        var before = paths.ToDictionary(p => p, p => test.Store.Locate(p).MountTargetId, StringComparer.Ordinal);
        test.Source.Published = new ShardMapVersion { Map = StoreUnderTest.Map(1, 4) with { Revision = 2 } };
        test.Time.Advance(new EfsShardingOptions().RefreshInterval);

        Assert.That(await test.Store.ExistsAsync("file-0"), Is.True, "an access starts the refresh and does not wait for it");
        Assert.That(SpinWait.SpinUntil(() => test.Targets.InUse!.Map.Revision == 2, TimeSpan.FromSeconds(20)), Is.True);

        var moved = paths.Where(p => test.Store.Locate(p).MountTargetId != before[p]).ToList();
        Assert.That(moved, Is.Not.Empty);
        Assert.That(moved.Select(p => test.Store.Locate(p).MountTargetId), Is.All.EqualTo("fsmt-0-3"));
        Assert.That(test.Mounter.Mounted, Is.EquivalentTo(new[] { "fsmt-0-0", "fsmt-0-1", "fsmt-0-2", "fsmt-0-3" }), "each mounted once");
        foreach (var path in paths)
        {
            Assert.That(await test.Store.ReadAllTextAsync(path), Is.EqualTo(path));
        }
    }

    [Test]
    public async Task A_target_that_left_the_map_is_unmounted_after_its_last_operation()
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 2));
        var path = Enumerable.Range(0, 100).Select(i => $"file-{i}").First(p => test.Store.Locate(p).MountTargetId == "fsmt-0-1");
        await test.Store.WriteAllTextAsync(path, "text");
        var stream = await test.Store.OpenReadAsync(path);

        await test.PublishAsync(StoreUnderTest.Map(1, 1) with { Revision = 2 });

        Assert.That(UnmountsWithin(test, TimeSpan.FromMilliseconds(300)), Is.False, "while a stream is open");
        Assert.That(stream.ReadByte(), Is.EqualTo('t'));
        await stream.DisposeAsync();
        Assert.That(UnmountsWithin(test, TimeSpan.FromSeconds(20)), Is.True);
        Assert.That(test.Mounter.Unmounted, Is.EqualTo(new[] { "fsmt-0-1" }));
        Assert.That(await test.Store.ReadAllTextAsync(path), Is.EqualTo("text"));
    }

    [Test]
    public async Task A_map_whose_new_file_system_cannot_be_reached_is_not_used()
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 2));
        test.Mounter.SwitchOff("fsmt-1-0", "fsmt-1-1");

        var next = Joining(StoreUnderTest.Map(2, 2)) with { Revision = 2 };
        await test.PublishAsync(next);
        Assert.That(test.Targets.InUse!.Map.Revision, Is.EqualTo(1));

        test.Mounter.SwitchOn("fsmt-1-0");
        await test.PublishAsync(next);
        Assert.That(test.Targets.InUse!.Map.Revision, Is.EqualTo(2));
    }

    [Test]
    public async Task A_target_with_a_new_address_is_reached_anew()
    {
        var map = StoreUnderTest.Map(1, 1);
        await using var test = await StoreUnderTest.StartAsync(map);

        await test.PublishAsync(map with { Revision = 2, MountTargets = [map.MountTargets[0] with { IpAddress = "10.0.0.9" }] });

        Assert.That(test.Mounter.Mounted, Has.Count.EqualTo(2));
        await test.PublishAsync(map with { Revision = 3, MountTargets = [map.MountTargets[0] with { IpAddress = "10.0.0.9", Weight = 5 }] });
        Assert.That(test.Mounter.Mounted, Has.Count.EqualTo(2), "a weight changes no way in");
    }

    [TestCase("a second one is active at once")]
    [TestCase("weights change")]
    [TestCase("an active one is missing")]
    [TestCase("a joining one is missing")]
    public async Task A_map_that_would_hide_files_is_refused_by_name(string change)
    {
        var (one, two) = (StoreUnderTest.Map(1, 1), StoreUnderTest.Map(2, 1));
        var (before, after) = change switch
        {
            "a second one is active at once" => (one, two),
            "weights change" => (two, two with { FileSystems = [two.FileSystems[0], two.FileSystems[1] with { Weight = 5 }] }),
            "an active one is missing" => (two, one),
            _ => (Joining(two), one),
        };
        await using var test = await StoreUnderTest.StartAsync(before);
        string[] paths = [.. Enumerable.Range(0, 100).Select(i => $"file-{i}")];
        foreach (var path in paths)
        {
            await test.Store.WriteAllTextAsync(path, path);
        }

        await test.PublishAsync(after with { Revision = 2 });

        Assert.That(test.Targets.InUse!.Map.Revision, Is.EqualTo(1));
        var refusal = test.Logs.GetSnapshot().Single(r => r.Id.Id == 1001).Exception;
        Assert.That(refusal, Is.TypeOf<ShardMapFormatException>().With.Message.Contains("would hide files").And.Message.Contains("fs-"));
        foreach (var path in paths)
        {
            Assert.That(await test.Store.ReadAllTextAsync(path), Is.EqualTo(path));
        }
    }

    [Test]
    public async Task The_end_of_joining_and_draining_is_used_and_warned_of_by_name([Values] bool draining)
    {
        var two = StoreUnderTest.Map(2, 1);
        var before = draining ? two with { FileSystems = [two.FileSystems[0] with { State = FileSystemState.Draining }, two.FileSystems[1]] } : Joining(two);
        var after = draining ? two with { MountTargets = [two.MountTargets[1]], FileSystems = [two.FileSystems[1]] } : two;
        await using var test = await StoreUnderTest.StartAsync(before);

        await test.PublishAsync(after with { Revision = 2 });

        Assert.That(test.Targets.InUse!.Map.Revision, Is.EqualTo(2));
        Assert.That(test.Logs.GetSnapshot().Where(r => r.Id.Id == 1202).Select(r => r.Message), Has.Exactly(1).Items.And.All.Contains("fs-0"));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(ShardMaps)], MaxTest = 100)]
    public void A_map_that_is_used_finds_what_the_one_before_wrote(ShardMap before, ShardMap after)
    {
        // Maps that have some file systems in common.
        var known = before.FileSystems.Take(after.FileSystems.Count).Select((f, i) => (Old: after.FileSystems[i].FileSystemId, New: f.FileSystemId)).ToDictionary(f => f.Old, f => f.New, StringComparer.Ordinal);
        after = after with
        {
            FileSystems = [.. after.FileSystems.Select(f => f with { FileSystemId = known.GetValueOrDefault(f.FileSystemId, f.FileSystemId) })],
            MountTargets = [.. after.MountTargets.Select(t => t with { FileSystemId = known.GetValueOrDefault(t.FileSystemId, t.FileSystemId) })],
        };
        var hidden = EfsSharding.Routing.HiddenFiles.Between(before, after);
        var (old, now) = (EfsSharding.Routing.RendezvousRouter.Compile(before), EfsSharding.Routing.RendezvousRouter.Compile(after));
        for (var i = 0; i < 500; i++)
        {
            var path = System.Text.Encoding.UTF8.GetBytes($"file-{i}");
            var owner = old.RouteOf(path, out _).Owner.FileSystemId;
            var isFound = now.RouteOf(path, out _).Holders.Any(h => h.FileSystemId == owner);
            Assert.That(isFound || hidden.OfOwners.Contains(owner), Is.True, owner);
        }
    }

    [Test]
    public async Task Modulo_with_several_file_systems_is_refused()
    {
        await using var test = new StoreUnderTest(StoreUnderTest.Map(2, 1), o => o.RoutingRule = RoutingRule.Modulo);

        await Assert.ThatAsync(() => test.Targets.StartAsync(CancellationToken.None), Throws.TypeOf<ShardMapFormatException>().With.Message.Contains("Modulo"));
    }

    [Test]
    public async Task Default_targets_of_several_file_systems_hide_no_file_of_a_joining_one()
    {
        var both = StoreUnderTest.Map(2, 1);
        await using var normal = await StoreUnderTest.StartAsync(Joining(both));
        var path = normal.PathOn("fs-1");
        normal.PutOnDisk("fs-0", path, "older, still on fs-0");

        await using var fallback = new StoreUnderTest(both, o => Array.ForEach([.. both.MountTargets], o.DefaultTargets.Add), normal.Root);
        fallback.Source.Failure = new IOException("SSM is away");

        Assert.That(await fallback.Store.ReadAllTextAsync(path), Is.EqualTo("older, still on fs-0"));
        Assert.That(fallback.Logs.GetSnapshot().Select(r => r.Id.Id), Has.Some.EqualTo(1203));
        fallback.Source.Failure = null;
        await fallback.Targets.RefreshAsync(CancellationToken.None);
        Assert.That(fallback.Targets.InUse!.Map.Revision, Is.EqualTo(1), "the published map is used as soon as it can be read");
    }

    [Test]
    public async Task Closing_unmounts_what_has_just_left_the_map()
    {
        var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 2));
        await test.PublishAsync(StoreUnderTest.Map(1, 1) with { Revision = 2 });

        await test.DisposeAsync();

        Assert.That(test.Mounter.Unmounted, Is.EqualTo(new[] { "fsmt-0-1" }));
    }

    [Test]
    public async Task Closing_does_not_wait_for_a_stream_on_what_has_left_the_map()
    {
        var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 2));
        var path = Enumerable.Range(0, 100).Select(i => $"file-{i}").First(p => test.Store.Locate(p).MountTargetId == "fsmt-0-1");
        await test.Store.WriteAllTextAsync(path, "text");
        await using var stream = await test.Store.OpenReadAsync(path);
        await test.PublishAsync(StoreUnderTest.Map(1, 1) with { Revision = 2 });

        await test.DisposeAsync();

        Assert.That(test.Mounter.Unmounted, Is.Empty, "it is in use");
    }

    private static ShardMap Joining(ShardMap map) => map with { FileSystems = [map.FileSystems[0], map.FileSystems[1] with { State = FileSystemState.Joining }] };

    private static bool UnmountsWithin(StoreUnderTest test, TimeSpan time) => SpinWait.SpinUntil(
        () =>
        {
            test.Time.Advance(TimeSpan.FromSeconds(1));
            return !test.Mounter.Unmounted.IsEmpty;
        },
        time);
}
