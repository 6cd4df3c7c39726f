using EfsSharding.TestSupport.Contract;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Storage;

internal sealed class FileContentTests
{
    private static readonly int[] Lengths =
        [0, 1, 65_535, 65_536, 65_537, FileContentReader.BufferLimit - 1, FileContentReader.BufferLimit, FileContentReader.BufferLimit + 1, 3_000_000];

    [Test]
    public async Task Small_content_is_taken_into_memory_and_large_content_streamed([ValueSource(nameof(Lengths))] int length, [Values] bool canSeek)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var content = await FileContentReader.ReadAsync(canSeek ? new MemoryStream(bytes) : new PatternStream(bytes, 50_000), CancellationToken.None);

        Assert.That(content.IsBuffered, Is.EqualTo(length <= FileContentReader.BufferLimit));
        Assert.That((await ReadAllAsync(content)).AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(content.Length, Is.EqualTo(length));
        Assert.That(content.TryRewind(), Is.EqualTo(canSeek || content.IsBuffered));
        if (canSeek)
        {
            Assert.That((await ReadAllAsync(content)).AsSpan().SequenceEqual(bytes), Is.True, "once more");
        }
    }

    [Test]
    public async Task A_stream_is_read_from_its_position([ValueSource(nameof(Lengths))] int length)
    {
        var bytes = new byte[length + 100];
        new Random(length).NextBytes(bytes);
        var content = await FileContentReader.ReadAsync(new MemoryStream(bytes) { Position = 100 }, CancellationToken.None);

        Assert.That((await ReadAllAsync(content)).AsSpan().SequenceEqual(bytes.AsSpan(100)), Is.True);
        Assert.That(content.TryRewind(), Is.True);
        Assert.That((await ReadAllAsync(content)).AsSpan().SequenceEqual(bytes.AsSpan(100)), Is.True, "once more");
    }

    private static async Task<byte[]> ReadAllAsync(FileContent content)
    {
        var all = new MemoryStream();
        await all.WriteAsync(content.Bytes);
        var buffer = new byte[100_000];
        int count;
        while ((count = await content.ReadAsync(buffer, CancellationToken.None)) > 0)
        {
            await all.WriteAsync(buffer.AsMemory(0, count));
        }

        return all.ToArray();
    }
}
