using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Tests.Storage;

public sealed class ShardedFileStoreTests
{
    private string _root = null!;
    private ServiceProvider _services = null!;

    private IShardedFileStore Store => _services.GetRequiredService<IShardedFileStore>();

    [SetUp]
    public void Open()
    {
        _root = Directory.CreateTempSubdirectory("efs-sharding-").FullName;
        _services = new ServiceCollection()
            .AddEfsSharding(o =>
            {
                foreach (var i in Enumerable.Range(0, 4))
                {
                    o.DefaultTargets.Add(new MountTarget { MountTargetId = $"fsmt-{i}", FileSystemId = $"fs-{i % 2}" });
                }
            })
            .UseLocalDirectories(_root)
            .Services.BuildServiceProvider();
    }

    [TearDown]
    public async Task Close()
    {
        await _services.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Test]
    public async Task Files_written_are_read_back_and_listed_over_all_file_systems()
    {
        var paths = Enumerable.Range(0, 100).Select(i => $"customers/{i % 7}/{i}.json").ToList();
        foreach (var path in paths)
        {
            await Store.WriteAllTextAsync(path, $"content of {path}");
        }

        foreach (var path in paths)
        {
            Assert.That(await Store.ReadAllTextAsync(path), Is.EqualTo($"content of {path}"));
            Assert.That(File.ReadAllText(Store.Locate(path).PhysicalPath!), Is.EqualTo($"content of {path}"));
        }

        var listed = await Store.EnumerateAsync("customers").ToListAsync();
        Assert.That(listed, Is.EquivalentTo(paths));
        Assert.That(paths.Select(p => Store.Locate(p).FileSystemId).Distinct(), Is.EquivalentTo(["fs-0", "fs-1"]));
    }

    [Test]
    public async Task Streams_longer_than_the_buffer_keep_every_byte()
    {
        var content = new byte[5_000_000];
        Random.Shared.NextBytes(content);
        await Store.WriteAsync("large", new MemoryStream(content));
        await using var stream = await Store.OpenReadAsync("large");
        var read = new MemoryStream();
        await stream.CopyToAsync(read);
        Assert.That(read.ToArray(), Is.EqualTo(content));
        stream.Position = 4_999_990;
        Assert.That(await stream.ReadAsync(new byte[100]), Is.EqualTo(10));
    }

    [Test]
    public async Task Modes_do_what_they_promise()
    {
        await Store.WriteAllTextAsync("a/b", "one", FileWriteMode.CreateNew);
        var exists = await Assert.ThrowsAsync<FileExistsException>(() => Store.WriteAllTextAsync("a/b", "two", FileWriteMode.CreateNew));
        Assert.That(exists!.Path, Is.EqualTo("a/b"));
        await Store.AppendAllTextAsync("a/b", " and two");
        Assert.That(await Store.ReadAllTextAsync("a/b"), Is.EqualTo("one and two"));
        await Store.WriteAsync("a/b", new MemoryStream(Encoding.UTF8.GetBytes("three")));
        Assert.That((await Store.GetInfoAsync("a/b"))!.Length, Is.EqualTo(5));
        Assert.That(await Store.DeleteAsync("a/b"), Is.True);
        Assert.That(await Store.DeleteAsync("a/b"), Is.False);
        Assert.That(await Store.GetInfoAsync("a/b"), Is.Null);
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.ReadAllBytesAsync("a/b"));
        await Assert.ThrowsAsync<InvalidStorePathException>(() => Store.ReadAllBytesAsync("a/../b"));
        Assert.That(TestSupport.ListedFiles.Under(_root), Is.Empty);
    }
}
