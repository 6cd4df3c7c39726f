using System.Diagnostics;
using System.Security.Cryptography;
using EfsSharding.Nfs;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.Tests.Nfs;

/// <summary>What a volume over NFS does, on any server.</summary>
internal abstract class DirectNfsVolumeTests
{
    protected DirectNfsVolume Volume { get; private set; } = null!;

    [SetUp]
    public async Task Mount() => Volume = await MountAsync(new DirectNfsOptions());

    [TearDown]
    public async Task Unmount()
    {
        if (Volume is not null)
        {
            await Volume.DisposeAsync();
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4096)]
    [TestCase(65_536)]
    [TestCase(65_537)]
    [TestCase(1 << 20)]
    [TestCase((1 << 20) + 1)]
    [TestCase(10_000_000)]
    public async Task What_is_written_is_read_back(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        await Volume.DeleteAsync("some/deep/directory/file", default);
        foreach (var mode in new[] { FileWriteMode.CreateNew, FileWriteMode.Replace })
        {
            await WriteAsync("some/deep/directory/file", content, mode);
            Assert.That((await Volume.ReadAllBytesAsync("some/deep/directory/file", default)).AsSpan().SequenceEqual(content));
        }

        await using var stream = await Volume.OpenReadAsync("some/deep/directory/file", default);
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.That(content.AsSpan().SequenceEqual(copy.ToArray()));
        Assert.That((await Volume.GetAttributesAsync("some/deep/directory/file", default))!.Value.Length, Is.EqualTo(length));
    }

    [Test]
    public async Task Files_are_read_alike_where_they_must_be_opened([Values(0, 4096, 65_536, 65_537, 3_000_000)] int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        await WriteAsync("opened/file", content);
        Volume.Abilities.AnonymousRead.Refuse();

        Assert.That((await Volume.ReadAllBytesAsync("opened/file", default)).AsSpan().SequenceEqual(content));
        Assert.That(Volume.Abilities.CurrentStateId.IsTaken, Is.True);
        await using var stream = await Volume.OpenReadAsync("opened/file", default);
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.That(content.AsSpan().SequenceEqual(copy.ToArray()));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Volume.ReadAllBytesAsync("opened/nothing", default));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Volume.ReadAllBytesAsync("opened", default));
    }

    [Test]
    public async Task A_stream_of_unknown_length_is_written_whole()
    {
        var content = RandomNumberGenerator.GetBytes(30_000_000);
        await Volume.WriteAsync("streamed", new PendingWrite(new FileContent(content.AsMemory(0, 1000), new MemoryStream(content, 1000, content.Length - 1000), 0), FileWriteMode.Replace), default);
        Assert.That(SHA256.HashData(await Volume.ReadAllBytesAsync("streamed", default)), Is.EqualTo(SHA256.HashData(content)));
    }

    [Test]
    public async Task A_stream_reads_where_it_is_sought()
    {
        var content = RandomNumberGenerator.GetBytes(5_000_000);
        await WriteAsync("sought", content);
        await using var stream = await Volume.OpenReadAsync("sought", default);
        var buffer = new byte[70_000];
        var random = new Random(5);
        for (var i = 0; i < 60; i++)
        {
            stream.Position = random.Next(content.Length);
            var from = (int)stream.Position;
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
            Assert.That(buffer.AsSpan(0, read).SequenceEqual(content.AsSpan(from, Math.Min(buffer.Length, content.Length - from))));
        }
    }

    [Test]
    public async Task Of_racing_creators_one_wins_and_its_content_stays()
    {
        for (var round = 0; round < 10; round++)
        {
            var path = $"races/{round}";
            var wins = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
            {
                try
                {
                    await WriteAsync(path, [(byte)i], FileWriteMode.CreateNew);
                    return i;
                }
                catch (FileExistsException)
                {
                    return -1;
                }
            }));
            Assert.That(wins.Count(w => w >= 0), Is.EqualTo(1));
            Assert.That(await Volume.ReadAllBytesAsync(path, default), Is.EqualTo(new[] { (byte)wins.Max() }));
        }

        Assert.That(await ListAsync("races"), Has.Count.EqualTo(10));
    }

    [Test]
    public async Task Appending_adds_at_the_end()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => WriteAsync("log", [1, 2], FileWriteMode.Append));
        await WriteAsync("log", [1, 2], FileWriteMode.CreateNew);
        await WriteAsync("log", [3], FileWriteMode.Append);
        Assert.That(await Volume.ReadAllBytesAsync("log", default), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task What_is_not_a_file_is_not_found_nor_deleted()
    {
        await WriteAsync("dir/file", [1]);
        await Assert.ThrowsAsync<FileNotFoundException>(() => Volume.ReadAllBytesAsync("nothing", default));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Volume.ReadAllBytesAsync("no/directory/there", default));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Volume.ReadAllBytesAsync("dir", default));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Volume.ReadAllBytesAsync("dir/file/below", default));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Volume.OpenReadAsync("nothing", default));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => ListAsync("nothing"));
        Assert.That(await Volume.GetAttributesAsync("dir", default), Is.Null);
        Assert.That(await Volume.GetAttributesAsync("dir/file/below", default), Is.Null);
        Assert.That(await Volume.DeleteAsync("nothing", default), Is.False);
        Assert.That(await Volume.DeleteAsync("dir", default), Is.False);
        await Assert.ThatAsync(async () => await WriteAsync("dir", [2]), Throws.InstanceOf<IOException>());
        await Assert.ThatAsync(async () => await WriteAsync("dir/file/below", [2]), Throws.InstanceOf<IOException>());
        Assert.That(await Volume.DeleteAsync("dir/file", default), Is.True);
        Assert.That(await Volume.DeleteAsync("dir/file", default), Is.False);
    }

    [Test]
    public async Task Directories_are_listed_by_pages()
    {
        await Task.WhenAll(Enumerable.Range(0, 600).Select(i => WriteAsync($"many/{i % 3}/file-{i}", [1])));
        Assert.That(await ListAsync("many"), Is.EquivalentTo(new[] { "0", "1", "2" }));
        Assert.That(await ListAsync("many/1"), Is.EquivalentTo(Enumerable.Range(0, 200).Select(i => $"file-{(i * 3) + 1}")));
    }

    [Test]
    public async Task An_attempt_in_doubt_is_fenced_or_found_done()
    {
        var write = new PendingWrite(new FileContent(new byte[] { 1 }), FileWriteMode.CreateNew);
        var doubtful = write.Current.TemporaryName;
        await WriteAsync($"doubt/{doubtful}", [7]);
        Assert.That(await Volume.FenceAsync("doubt/file", write.Abandon(), default), Is.EqualTo(FenceResult.NoEffect));
        await Volume.WriteAsync("doubt/file", write, default);
        Assert.That(await Volume.ReadAllBytesAsync("doubt/file", default), Is.EqualTo(new byte[] { 1 }));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Volume.ReadAllBytesAsync($"doubt/{doubtful}", default));

        // What never came is kept from coming: its name is taken.
        var late = new PendingWrite(new FileContent(new byte[] { 2 }), FileWriteMode.Replace);
        var lateName = late.Current.TemporaryName;
        Assert.That(await Volume.FenceAsync("doubt/file", late.Abandon(), default), Is.EqualTo(FenceResult.NoEffect));
        await Volume.WriteAsync("doubt/file", late, default);
        Assert.That(await ListAsync($"doubt/{lateName}"), Is.Empty, "a directory, of whose name no file can be made");
        Assert.That(await ListAsync("doubt"), Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public async Task A_thousand_callers_get_their_turn()
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            var path = $"crowd/{i % 16}/{i}";
            await WriteAsync(path, BitConverter.GetBytes(i));
            Assert.That(BitConverter.ToInt32(await Volume.ReadAllBytesAsync(path, default)), Is.EqualTo(i));
        }));
        TestContext.Out.WriteLine($"1000 callers, {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
    }

    protected abstract MountTarget Target { get; }

    protected abstract int Port { get; }

    protected async Task<DirectNfsVolume> MountAsync(DirectNfsOptions options)
    {
        options.Port = Port;
        var mounter = new DirectNfsMounter(options, TimeSpan.FromSeconds(5), secure: null, TimeProvider.System, meters: null, NullLogger.Instance);
        return (DirectNfsVolume)await mounter.MountAsync(Target, default);
    }

    protected Task WriteAsync(string path, byte[] content, FileWriteMode mode = FileWriteMode.Replace) =>
        Volume.WriteAsync(path, new PendingWrite(new FileContent(content), mode), default);

    protected async Task<List<string>> ListAsync(string directory)
    {
        var names = new List<string>();
        await foreach (var entry in Volume.ListAsync(directory, default))
        {
            names.Add(entry.Name);
        }

        return names;
    }
}
