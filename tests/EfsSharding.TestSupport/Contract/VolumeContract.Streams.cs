namespace EfsSharding.TestSupport.Contract;

/// <summary>What the runtime's own tests ask of every stream.</summary>
internal abstract partial class VolumeContract
{
    [Test]
    public async Task A_stream_has_the_manners_of_all_streams([Values(10, 300_000)] int length)
    {
        var content = Bytes(length);
        await WriteStreamAsync(Volume, "file", new MemoryStream(content));
        await using var stream = await Volume.OpenReadAsync("file", CancellationToken.None);

        await StreamManners.CheckAsync(stream, content);
    }

    [Test]
    public async Task A_stream_reads_alike_however_it_is_asked([Values(0, 1, 65_536, 65_537, 700_000)] int length)
    {
        var content = Bytes(length);
        await WriteStreamAsync(Volume, "file", new MemoryStream(content));
        foreach (var (name, read) in StreamManners.WaysToRead)
        {
            await using var stream = await Volume.OpenReadAsync("file", CancellationToken.None);
            using var copy = new MemoryStream();
            await read(stream, copy);
            Assert.That(copy.ToArray().AsSpan().SequenceEqual(content), Is.True, name);
        }
    }
}
