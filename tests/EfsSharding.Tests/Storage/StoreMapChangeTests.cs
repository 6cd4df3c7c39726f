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

        await test.PublishAsync(StoreUnderTest.Map(2, 2) with { Revision = 2 });
        Assert.That(test.Targets.InUse!.Map.Revision, Is.EqualTo(1));

        test.Mounter.SwitchOn("fsmt-1-0");
        await test.PublishAsync(StoreUnderTest.Map(2, 2) with { Revision = 2 });
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

    private static bool UnmountsWithin(StoreUnderTest test, TimeSpan time) => SpinWait.SpinUntil(
        () =>
        {
            test.Time.Advance(TimeSpan.FromSeconds(1));
            return !test.Mounter.Unmounted.IsEmpty;
        },
        time);
}
