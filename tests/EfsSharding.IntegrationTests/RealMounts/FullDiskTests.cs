using EfsSharding.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.IntegrationTests.RealMounts;

/// <summary>A store whose disk is full: nothing that was there is lost, nothing is left behind, and the error says what to do.</summary>
[TestFixture]
[Category("RealMounts")]
internal sealed class FullDiskTests
{
    private static readonly byte[] Small = [.. Enumerable.Range(0, 20_000).Select(i => (byte)i)];
    private static readonly byte[] TooLarge = new byte[1 << 20];

    private string? _disk;
    private ServiceProvider _services = null!;
    private IShardedFileStore _store = null!;

    [SetUp]
    public async Task MakeDisk()
    {
        _ = new GuestServer();
        _disk = Directory.CreateTempSubdirectory("efs-sharding-full-").FullName;
        GuestServer.Run("mount", "-t", "tmpfs", "-o", "size=128k", "small", _disk);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddEfsSharding(o =>
        {
            o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1" });
            o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-2", FileSystemId = "fs-1" });
        }).UseLocalDirectories(_disk);
        _services = services.BuildServiceProvider();
        _store = _services.GetRequiredService<IShardedFileStore>();
        await _store.WriteAllBytesAsync("a/old", Small);
    }

    [TearDown]
    public async Task RemoveDisk()
    {
        if (_disk is null)
        {
            return;
        }

        await _services.DisposeAsync();
        GuestServer.Run("umount", _disk);
        Directory.Delete(_disk);
    }

    [TestCase("a/old", FileWriteMode.Replace)]
    [TestCase("a/new", FileWriteMode.CreateNew)]
    [TestCase("b/new", FileWriteMode.Replace)]
    public async Task What_was_there_stays_and_nothing_is_left_behind(string path, FileWriteMode mode)
    {
        var failure = await Assert.ThrowsAsync<StorageFullException>(() => _store.WriteAllBytesAsync(path, TooLarge, mode));

        Assert.That(failure!.Message, Does.Contain("No space left on device").And.Contain("Delete files"));
        Assert.That(await _store.ReadAllBytesAsync("a/old"), Is.EqualTo(Small));
        Assert.That(await _store.EnumerateAsync("").ToListAsync(), Is.EqualTo(["a/old"]));
        Assert.That(ListedFiles.Under(_disk!).Select(Path.GetFileName), Is.EqualTo(["old"]));
        await _store.WriteAllBytesAsync(path, new byte[] { 1 }, mode);
        Assert.That(await _store.ReadAllBytesAsync(path), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task An_append_that_does_not_fit_keeps_the_beginning()
    {
        await Assert.ThrowsAsync<StorageFullException>(() => _store.AppendAllBytesAsync("a/old", TooLarge));

        Assert.That((await _store.ReadAllBytesAsync("a/old")).Take(Small.Length), Is.EqualTo(Small));
    }
}
