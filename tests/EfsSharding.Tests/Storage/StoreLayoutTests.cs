namespace EfsSharding.Tests.Storage;

internal sealed class StoreLayoutTests
{
    [Test]
    public async Task Bucketed_files_are_in_the_directory_of_their_bucket()
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(2, 1, FileLayout.Bucketed));
        string[] paths = [.. Enumerable.Range(0, 50).Select(i => $"customers/{i}.json"), .. Enumerable.Range(0, 10).Select(i => $"top-{i}")];
        foreach (var path in paths)
        {
            await test.Store.WriteAllTextAsync(path, path);
        }

        foreach (var path in paths)
        {
            var location = test.Store.Locate(path);
            Assert.That(location.PhysicalPath, Is.EqualTo(test.OnDisk(location.FileSystemId, $"{location.Bucket:x3}/{path}")));
            Assert.That(File.ReadAllText(location.PhysicalPath!), Is.EqualTo(path));
            Assert.That(await test.Store.ReadAllTextAsync(path), Is.EqualTo(path));
        }

        Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EquivalentTo(paths));
        Assert.That(await test.Store.EnumerateAsync("customers").ToListAsync(), Is.EquivalentTo(paths.Take(50)));
        Assert.That(await test.Store.EnumerateAsync("missing").ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task Files_in_the_other_layout_are_told_and_not_missed([Values] FileLayout written)
    {
        var other = written == FileLayout.Plain ? FileLayout.Bucketed : FileLayout.Plain;
        await using var first = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, written));
        await first.Store.WriteAllTextAsync("customers/7.json", "text");

        await using (var second = new StoreUnderTest(StoreUnderTest.Map(1, 1, other), root: first.Root))
        {
            var mismatch = await Assert.ThrowsAsync<LayoutMismatchException>(() => second.Targets.StartAsync(CancellationToken.None));
            Assert.That((mismatch!.FileSystemId, mismatch.MapLayout, mismatch.FoundLayout), Is.EqualTo(("fs-0", other, written)));
        }

        await first.PublishAsync(StoreUnderTest.Map(1, 1, other) with { Revision = 2 });
        Assert.That(await first.Store.ReadAllTextAsync("customers/7.json"), Is.EqualTo("text"), "the map in use stays");
        await using var same = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, written), root: first.Root);
        Assert.That(await same.Store.ReadAllTextAsync("customers/7.json"), Is.EqualTo("text"));
    }

    [Test]
    public async Task Plain_directories_that_look_like_buckets_are_plain()
    {
        await using var test = new StoreUnderTest(StoreUnderTest.Map(1, 1));
        foreach (var name in new[] { "abc", "000", "123" })
        {
            test.PutOnDisk("fs-0", $"{name}/some/file", "text");
        }

        await test.Targets.StartAsync(CancellationToken.None);

        Assert.That(await test.Store.ReadAllTextAsync("abc/some/file"), Is.EqualTo("text"));
    }
}
