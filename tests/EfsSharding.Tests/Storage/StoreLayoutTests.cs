using EfsSharding.Routing;
using EfsSharding.Volumes;

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
        foreach (var i in Enumerable.Range(0, 8))
        {
            await first.Store.WriteAllTextAsync($"customers/{i}.json", "text");
        }

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

    [TestCase(".nfs000000000000abcd00000001")]
    [TestCase("stray")]
    public async Task A_stray_file_in_any_bucket_stops_no_start(string name)
    {
        await using var first = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, FileLayout.Bucketed));
        for (var i = 0; i < 40; i++)
        {
            await first.Store.WriteAllTextAsync($"file-{i}", "text");
        }

        foreach (var bucket in Directory.GetDirectories(first.OnDisk("fs-0", "")))
        {
            await File.WriteAllTextAsync(Path.Join(bucket, name), "not the store's");
            await using (await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, FileLayout.Bucketed), root: first.Root))
            {
                File.Delete(Path.Join(bucket, name));
            }
        }
    }

    [TestCase("lost+found/#1234")]
    [TestCase("aws-backup-restore_2026-01-01T00-00-00-000Z/customers/7.json")]
    [TestCase(".snapshots/1/file")]
    [TestCase(".efs-sharding-map.json")]
    public async Task What_the_platform_puts_in_the_root_is_no_file_of_a_store(string path)
    {
        await using var test = new StoreUnderTest(StoreUnderTest.Map(1, 1, FileLayout.Bucketed));
        test.PutOnDisk("fs-0", path, "text");
        await test.Targets.StartAsync(CancellationToken.None);
        await test.Store.WriteAllTextAsync("file", "text");

        await using var second = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, FileLayout.Bucketed), root: test.Root);
    }

    [Test]
    public async Task One_stray_root_entry_beside_emptied_buckets_stops_no_start([Values("stray", "directory/stray", "empty/")] string stray)
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, FileLayout.Bucketed));
        await test.Store.WriteAllTextAsync("a", "text");
        File.Delete(test.Store.Locate("a").PhysicalPath!);
        if (stray.EndsWith('/'))
        {
            Directory.CreateDirectory(test.OnDisk("fs-0", stray));
        }
        else
        {
            test.PutOnDisk("fs-0", stray, "text");
        }

        await using var second = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, FileLayout.Bucketed), root: test.Root);
    }

    [Test]
    public async Task Plain_files_in_directories_that_look_like_buckets_are_told_to_a_bucketed_store()
    {
        await using var test = new StoreUnderTest(StoreUnderTest.Map(1, 1, FileLayout.Bucketed));
        foreach (var name in new[] { "abc", "000", "123" })
        {
            test.PutOnDisk("fs-0", $"{name}/some/file", "text");
        }

        await Assert.ThrowsAsync<LayoutMismatchException>(() => test.Targets.StartAsync(CancellationToken.None));
    }

    /// <summary>By chance such a file is there in 0.4 % of directories of 16 files whose name has three hexadecimal digits.</summary>
    [TestCase(1, 16)]
    [TestCase(16, 16)]
    [TestCase(1, 1)]
    public async Task A_plain_store_starts_though_files_of_a_directory_hash_to_its_name_by_chance(int belonging, int files)
    {
        await using var test = new StoreUnderTest(StoreUnderTest.Map(1, 1));
        var chosen = Enumerable.Range(0, int.MaxValue).Select(i => $"file-{i}").Where(name => BucketOf(name) == 0xabc).Take(belonging);
        foreach (var name in chosen.Concat(Enumerable.Range(0, files - belonging).Select(i => $"other-{i}")))
        {
            test.PutOnDisk("fs-0", $"abc/{name}", "text");
        }

        await test.Targets.StartAsync(CancellationToken.None);
    }

    [Test]
    public async Task An_empty_bucketed_store_starts_beside_a_stray_file([Values("stray", "directory/stray")] string stray)
    {
        await using var test = new StoreUnderTest(StoreUnderTest.Map(1, 1, FileLayout.Bucketed));
        test.PutOnDisk("fs-0", stray, "text");

        await test.Targets.StartAsync(CancellationToken.None);
    }

    [FsCheck.NUnit.Property(MaxTest = 20)]
    public void A_good_store_always_starts(bool bucketed, FsCheck.PositiveInt files, int seed) =>
        StartsAgainAsync(bucketed ? FileLayout.Bucketed : FileLayout.Plain, files.Get % 40, new Random(seed)).GetAwaiter().GetResult();

    private static int BucketOf(string path)
    {
        Span<byte> buffer = stackalloc byte[StorePath.BufferLength];
        return PathHash.Bucket(PathHash.Of(StorePath.Encode(path, buffer)));
    }

    /// <summary>Files with names of every kind are written and some are deleted, and somebody else leaves a file somewhere.</summary>
    private static async Task StartsAgainAsync(FileLayout layout, int files, Random random)
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, layout));
        for (var i = 0; i < files; i++)
        {
            var depth = random.Next(3);
            var path = string.Concat(Enumerable.Range(0, depth).Select(_ => random.Next(2) == 0 ? $"{random.Next(4096):x3}/" : $"d{random.Next(9)}/")) + $"f{i}";
            await test.Store.WriteAllTextAsync(path, "text");
            if (random.Next(4) == 0)
            {
                await test.Store.DeleteAsync(path);
            }
        }

        string[] directories = [test.OnDisk("fs-0", ""), .. Directory.GetDirectories(test.OnDisk("fs-0", ""), "*", SearchOption.AllDirectories)];
        if (layout == FileLayout.Bucketed && directories.Length > 1)
        {
            await File.WriteAllTextAsync(Path.Join(directories[random.Next(directories.Length)], "stray"), "text");
        }

        await using var second = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, layout), root: test.Root);
    }
}
