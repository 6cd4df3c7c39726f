#pragma warning disable CA1835, CA2022, MA0060 // Every overload is called on purpose, and for its errors.
namespace EfsSharding.TestSupport.Contract;

/// <summary>
/// The rules that the runtime's stream conformance tests hold streams to (dotnet/runtime, StreamConformanceTests), for one that is for
/// reading and seeks. The stream is disposed at the end.
/// </summary>
internal static class StreamManners
{
    private static readonly CancellationToken Cancelled = new(canceled: true);

    public static IReadOnlyList<(string Name, Func<Stream, MemoryStream, Task> ReadAsync)> WaysToRead { get; } =
    [
        ("CopyTo", (stream, copy) => { stream.CopyTo(copy); return Task.CompletedTask; }),
        ("CopyToAsync", (stream, copy) => stream.CopyToAsync(copy)),
        ("CopyToAsync, by 1 byte", (stream, copy) => stream.Length > 1000 ? stream.CopyToAsync(copy) : stream.CopyToAsync(copy, 1)),
        ("Read(byte[])", (stream, copy) => { var b = new byte[7001]; for (int n; (n = stream.Read(b, 1, 7000)) > 0;) { copy.Write(b, 1, n); } return Task.CompletedTask; }),
        ("Read(Span)", (stream, copy) => { var b = new byte[100_001]; for (int n; (n = stream.Read(b.AsSpan())) > 0;) { copy.Write(b, 0, n); } return Task.CompletedTask; }),
        ("ReadByte", (stream, copy) => { for (int b; copy.Length < 1000 && (b = stream.ReadByte()) >= 0;) { copy.WriteByte((byte)b); } return stream.CopyToAsync(copy); }),
        ("ReadAsync(byte[])", async (stream, copy) => { var b = new byte[7001]; for (int n; (n = await stream.ReadAsync(b, 1, 7000)) > 0;) { copy.Write(b, 1, n); } }),
        ("ReadAsync(Memory)", async (stream, copy) => { var b = new byte[7001]; for (int n; (n = await stream.ReadAsync(b)) > 0;) { copy.Write(b, 0, n); } }),
        ("BeginRead", async (stream, copy) => { var b = new byte[7001]; for (int n; (n = await Task.Factory.FromAsync(stream.BeginRead, stream.EndRead, b, 0, b.Length, null)) > 0;) { copy.Write(b, 0, n); } }),
    ];

    public static async Task CheckAsync(Stream stream, byte[] content)
    {
        await CheckArgumentsAsync(stream);
        CheckSeeking(stream, content);
        await CheckCancellationAsync(stream);
        await CheckReadOnlyAsync(stream);
        await CheckEmptyReadsAsync(stream);
        stream.Dispose();
        await stream.DisposeAsync();
        stream.Close();
        await CheckDisposedAsync(stream);
    }

    private static async Task CheckArgumentsAsync(Stream stream)
    {
        Assert.That((stream.CanRead, stream.CanSeek, stream.CanWrite, stream.CanTimeout), Is.EqualTo((true, true, false, false)));
        Assert.That(() => stream.Read(null!, 0, 0), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("buffer"));
        Assert.That(() => stream.Read(new byte[1], -1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("offset"));
        Assert.That(() => stream.Read(new byte[1], 0, 2), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("count"));
        Assert.That(() => stream.Read(new byte[1], 2, 0), Throws.InstanceOf<ArgumentException>());
        await Assert.ThatAsync(async () => await stream.ReadAsync(null!, 0, 0), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("buffer"));
        await Assert.ThatAsync(async () => await stream.ReadAsync(new byte[1], 1, 1 + 1), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => stream.BeginRead(null!, 0, 0, null, null), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("buffer"));
        Assert.That(() => stream.EndRead(null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("asyncResult"));
        Assert.That(() => stream.CopyTo(null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("destination"));
        Assert.That(() => stream.CopyTo(Stream.Null, 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("bufferSize"));
        await Assert.ThatAsync(() => stream.CopyToAsync(null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("destination"));
        Assert.That(() => stream.Position = -1, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("value"));
        Assert.That(() => stream.Seek(0, (SeekOrigin)42), Throws.ArgumentException.With.Property("ParamName").EqualTo("origin"));
    }

    private static void CheckSeeking(Stream stream, byte[] content)
    {
        Assert.That(stream.Length, Is.EqualTo(content.Length));
        Assert.That(stream.Seek(3, SeekOrigin.Begin), Is.EqualTo(3));
        Assert.That(stream.ReadByte(), Is.EqualTo(content[3]));
        Assert.That(stream.Seek(-2, SeekOrigin.Current), Is.EqualTo(2));
        Assert.That(stream.ReadByte(), Is.EqualTo(content[2]));
        Assert.That(stream.Seek(-1, SeekOrigin.End), Is.EqualTo(content.Length - 1));
        Assert.That(stream.ReadByte(), Is.EqualTo(content[^1]));
        Assert.That(stream.ReadByte(), Is.EqualTo(-1));
        foreach (var (offset, origin) in new[]
        {
            (-1L, SeekOrigin.Begin), (-content.Length - 1L, SeekOrigin.End), (-content.Length - 1L, SeekOrigin.Current),
            (long.MaxValue, SeekOrigin.Current), (long.MaxValue, SeekOrigin.End), (long.MinValue, SeekOrigin.Begin),
        })
        {
            Assert.That(() => stream.Seek(offset, origin), Throws.InstanceOf<IOException>(), $"{offset} {origin}");
            Assert.That(stream.Position, Is.EqualTo(content.Length), "a seek that failed moved the position");
        }

        stream.Position = long.MaxValue;
        Assert.That((stream.Position, stream.Read(new byte[10])), Is.EqualTo((long.MaxValue, 0)));
        stream.Position = 0;
    }

    private static async Task CheckCancellationAsync(Stream stream)
    {
        await Assert.ThatAsync(async () => await stream.ReadAsync(new byte[1], Cancelled), Throws.InstanceOf<OperationCanceledException>());
        await Assert.ThatAsync(async () => await stream.ReadAsync(Memory<byte>.Empty, Cancelled), Throws.InstanceOf<OperationCanceledException>());
        await Assert.ThatAsync(async () => await stream.ReadAsync(new byte[1], 0, 1, Cancelled), Throws.InstanceOf<OperationCanceledException>());
        await Assert.ThatAsync(() => stream.CopyToAsync(new MemoryStream(), Cancelled), Throws.InstanceOf<OperationCanceledException>());
        await Assert.ThatAsync(() => stream.FlushAsync(Cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(stream.ReadAsync(new byte[1], Cancelled).AsTask().IsCanceled, Is.True);
        Assert.That(stream.Position, Is.Zero);
        Assert.That(stream.FlushAsync().IsCompletedSuccessfully, Is.True);
        stream.Flush();
    }

    private static async Task CheckReadOnlyAsync(Stream stream)
    {
        Assert.That(() => stream.SetLength(1), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.Write(new byte[1], 0, 1), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.Write(new byte[1].AsSpan()), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.WriteByte(1), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.BeginWrite(new byte[1], 0, 1, null, null), Throws.TypeOf<NotSupportedException>());
        await Assert.ThatAsync(() => stream.WriteAsync(new byte[1], 0, 1), Throws.TypeOf<NotSupportedException>());
        await Assert.ThatAsync(async () => await stream.WriteAsync(new byte[1]), Throws.TypeOf<NotSupportedException>());
    }

    private static async Task CheckEmptyReadsAsync(Stream stream)
    {
        Assert.That(stream.Read([], 0, 0), Is.Zero);
        Assert.That(stream.Read(Span<byte>.Empty), Is.Zero);
        Assert.That(await stream.ReadAsync(Memory<byte>.Empty), Is.Zero);
        Assert.That(await stream.ReadAsync(new byte[1], 1, 0), Is.Zero);
        Assert.That(stream.Position, Is.Zero);
    }

    private static async Task CheckDisposedAsync(Stream stream)
    {
        Assert.That((stream.CanRead, stream.CanSeek, stream.CanWrite), Is.EqualTo((false, false, false)));
        Action[] calls =
        [
            () => stream.Read(new byte[1], 0, 1), () => stream.Read(new byte[1].AsSpan()), () => stream.Read([], 0, 0), () => stream.ReadByte(),
            () => stream.Seek(0, SeekOrigin.Begin), () => stream.Position = 0, () => _ = stream.Position, () => _ = stream.Length, stream.Flush,
            () => stream.CopyTo(Stream.Null), () => stream.SetLength(1), () => stream.Write(new byte[1], 0, 1), () => stream.WriteByte(1),
        ];
        for (var i = 0; i < calls.Length; i++)
        {
            Assert.That(() => calls[i](), Throws.InstanceOf<ObjectDisposedException>(), $"call {i}");
        }

        Func<Task>[] asynchronous =
        [
            async () => await stream.ReadAsync(new byte[1]), async () => await stream.ReadAsync(new byte[1], 0, 1), async () => await stream.ReadAsync(Memory<byte>.Empty),
            async () => await Task.Factory.FromAsync(stream.BeginRead, stream.EndRead, new byte[1], 0, 1, null),
            () => stream.CopyToAsync(Stream.Null), () => stream.FlushAsync(), async () => await stream.WriteAsync(new byte[1]),
        ];
        for (var i = 0; i < asynchronous.Length; i++)
        {
            await Assert.ThatAsync(() => asynchronous[i](), Throws.InstanceOf<ObjectDisposedException>(), $"asynchronous call {i}");
        }
    }
}
