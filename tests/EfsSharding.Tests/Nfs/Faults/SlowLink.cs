using System.Net;
using System.Threading.Channels;
using EfsSharding.Nfs.Rpc;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>A connection over which, once it is slow, a few bytes at a time come and go, each time that a test lets them.</summary>
internal sealed class SlowLink(Stream inner) : Stream, IWire
{
    private const int Piece = 16 << 10;

    private readonly Channel<TaskCompletionSource> _asked = Channel.CreateUnbounded<TaskCompletionSource>();
    private long _written;

    public bool ReadsAreSlow { get; set; }

    public bool WritesAreSlow { get; set; }

    /// <summary>Those who wait for the next piece. Once one asks, what the pieces before it brought is known to the client.</summary>
    public ChannelReader<TaskCompletionSource> Asked => _asked.Reader;

    public long Delivered => Volatile.Read(ref _written);

    public long Written => Volatile.Read(ref _written);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!ReadsAreSlow)
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }

        await AskAsync();
        return await inner.ReadAsync(buffer[..Math.Min(buffer.Length, Piece)], cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var piece = buffer[..Math.Min(buffer.Length, WritesAreSlow ? Piece : buffer.Length)];
            if (WritesAreSlow && buffer.Length > Piece)
            {
                await AskAsync();
            }

            await inner.WriteAsync(piece, cancellationToken);
            Interlocked.Add(ref _written, piece.Length);
            buffer = buffer[piece.Length..];
        }
    }

    public void BeFast()
    {
        ReadsAreSlow = WritesAreSlow = false;
        while (_asked.Reader.TryRead(out var permit))
        {
            permit.SetResult();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    private Task AskAsync()
    {
        var permit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Writer.TryWrite(permit);
        return permit.Task;
    }

    /// <summary>Connects over such links.</summary>
    internal sealed class Transport(INfsTransport inner) : INfsTransport
    {
        public SlowLink? Last { get; private set; }

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken) => Last = new SlowLink(await inner.ConnectAsync(cancellationToken));
    }
}
