using EfsSharding.Volumes;

namespace EfsSharding.TestSupport.Contract;

internal abstract partial class VolumeContract
{
    [Test]
    public async Task What_was_written_reads_back(
        [Values(0, 1, 4096, 65_537, 1 << 20, (1 << 20) + 1, 5_000_003)] int length,
        [Values] FileWriteMode mode)
    {
        var content = Bytes(length);

        await WriteStreamAsync(Volume, "dir/file", new MemoryStream(content), mode);

        Assert.That((await ReadAsync(Volume, "dir/file")).AsSpan().SequenceEqual(content), Is.True, "read whole");
        Assert.That((await ReadStreamAsync(Volume, "dir/file")).AsSpan().SequenceEqual(content), Is.True, "read as a stream");
        Assert.That((await ReadStreamAsync(Other, "dir/file")).AsSpan().SequenceEqual(content), Is.True, "read through another target");
        await NoTemporaryFileStaysAsync("dir");
    }

    [Test]
    public async Task A_stream_that_cannot_seek_is_written_whole([Values(1, 4095, 300_000)] int step)
    {
        var content = Bytes(step == 1 ? 70_000 : 2_500_000);

        await WriteStreamAsync(Volume, "file", new PatternStream(content, step));

        Assert.That((await ReadAsync(Volume, "file")).AsSpan().SequenceEqual(content), Is.True);
    }

    [TestCase("missing")]
    [TestCase("no/such/directory/file")]
    [TestCase("file/below")]
    [TestCase("directory")]
    public async Task There_is_no_file(string path)
    {
        Server.Write("file", "x"u8);
        Server.Write("directory/inside", "x"u8);

        Assert.That(() => ReadAsync(Volume, path), Throws.InstanceOf<FileNotFoundException>());
        Assert.That(() => Volume.OpenReadAsync(path, CancellationToken.None), Throws.InstanceOf<FileNotFoundException>());
        Assert.That(await Volume.GetAttributesAsync(path, CancellationToken.None), Is.Null);
        Assert.That(await Volume.DeleteAsync(path, CancellationToken.None), Is.False);
        Assert.That(Server.Read("file"), Is.EqualTo("x"u8.ToArray()));
        Assert.That(Server.Read("directory/inside"), Is.EqualTo("x"u8.ToArray()));
    }

    [Test]
    public async Task A_stream_seeks_anywhere()
    {
        var content = Bytes(3_000_000);
        await WriteStreamAsync(Volume, "file", new MemoryStream(content));
        await using var stream = await Volume.OpenReadAsync("file", CancellationToken.None);
        var random = new Random(7);
        var buffer = new byte[50_000];

        Assert.That((stream.CanRead, stream.CanSeek, stream.CanWrite, stream.Length), Is.EqualTo((true, true, false, (long)content.Length)));
        for (var i = 0; i < 50; i++)
        {
            var position = random.Next(content.Length);
            stream.Seek(position, SeekOrigin.Begin);
            var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
            Assert.That(count, Is.EqualTo(Math.Min(buffer.Length, content.Length - position)));
            Assert.That(buffer.AsSpan(0, count).SequenceEqual(content.AsSpan(position, count)), Is.True);
        }

        stream.Seek(-5, SeekOrigin.End);
        Assert.That(await stream.ReadAtLeastAsync(buffer, 10, throwOnEndOfStream: false), Is.EqualTo(5));
        stream.Seek(10, SeekOrigin.End);
        Assert.That(await stream.ReadAsync(buffer), Is.Zero);
        Assert.That(() => stream.Position = -1, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task A_stream_reads_the_file_that_it_opened_to_its_end_whatever_becomes_of_the_name(
        [Values(1000, 65_537, 300_000, 3_000_000)] int length, [Values("replaced", "replaced twice", "deleted", "deleted and written")] string change, [Values] bool blocking)
    {
        var old = Bytes(length, seed: 1);
        await WriteStreamAsync(Volume, "file", new MemoryStream(old));
        await using var stream = await Volume.OpenReadAsync("file", CancellationToken.None);
        var read = new byte[length];
        await stream.ReadExactlyAsync(read.AsMemory(0, 100));

        for (var seed = change == "replaced" ? 3 : 2; seed <= 3; seed++)
        {
            if (change.StartsWith("deleted", StringComparison.Ordinal))
            {
                await Other.DeleteAsync("file", CancellationToken.None);
            }

            if (change != "deleted")
            {
                await WriteStreamAsync(Other, "file", new MemoryStream(Bytes(length, seed)));
            }
        }

        if (blocking)
        {
            stream.ReadExactly(read, 100, length - 100);
        }
        else
        {
            await stream.ReadExactlyAsync(read.AsMemory(100));
        }

        Assert.That(read.AsSpan().SequenceEqual(old), Is.True);
    }

    [Test]
    public async Task Attributes_tell_length_and_time()
    {
        await WriteAsync(Volume, "a/file", Bytes(12_345));

        var attributes = await Other.GetAttributesAsync("a/file", CancellationToken.None);

        Assert.That(attributes!.Value.Length, Is.EqualTo(12_345));
        Assert.That(attributes.Value.LastModified, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(2)));
        Assert.That(attributes.Value.LastModified.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void A_probe_is_answered() => Assert.That(() => Volume.ProbeAsync(CancellationToken.None), Throws.Nothing);

    [Test]
    public void A_cancelled_call_is_not_made()
    {
        var cancelled = new CancellationToken(canceled: true);
        Server.Write("file", "x"u8);

        Assert.That(() => Volume.ReadAllBytesAsync("file", cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => Volume.OpenReadAsync("file", cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => Volume.GetAttributesAsync("file", cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => Volume.DeleteAsync("file", cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => Volume.ProbeAsync(cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => Volume.WriteAsync("file", Pending([1], FileWriteMode.Replace), cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Server.Read("file"), Is.EqualTo("x"u8.ToArray()));
    }
}
