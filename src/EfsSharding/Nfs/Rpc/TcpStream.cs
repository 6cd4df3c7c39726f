using System.Net.Sockets;

namespace EfsSharding.Nfs.Rpc;

/// <summary>A TCP connection that threads can wait for themselves, which spares waking the one that waits for all sockets, and then another.</summary>
internal sealed class TcpStream(Socket socket) : NetworkStream(socket, ownsSocket: true), IWire
{
    private readonly SenderThread _sender = new(socket);
    private bool _waitsInThreads;
    private bool _mayHaveMore;
    private long _written;

    public long Written => _waitsInThreads ? _sender.Written : Volatile.Read(ref _written);

    public long Delivered => Written - (SocketCalls.AreKnownHere ? SocketCalls.Undelivered(Socket) : 0);

    /// <summary>From now on reads wait in the thread that calls, and writes, of which there is one at a time, in a thread of the stream's own when they have to wait.</summary>
    public void WaitInThreads()
    {
        Socket.Blocking = SocketCalls.AreKnownHere;
        _waitsInThreads = true;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _waitsInThreads ? new ValueTask<int>(Receive(buffer.Span)) : base.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _waitsInThreads ? _sender.SendAsync(buffer) : WriteCountedAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _sender.Stop();
        }
    }

    private async ValueTask WriteCountedAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await base.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref _written, buffer.Length);
    }

    private int Receive(Span<byte> buffer)
    {
        try
        {
            while (true)
            {
                if (!Socket.Blocking && !_mayHaveMore)
                {
                    Socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
                }

                var count = Socket.Receive(buffer, SocketFlags.None, out var error);
                _mayHaveMore = error == SocketError.Success && count == buffer.Length;
                if (error == SocketError.Success)
                {
                    return count;
                }

                if (error is not (SocketError.WouldBlock or SocketError.Interrupted))
                {
                    throw new SocketException((int)error);
                }
            }
        }
        catch (SocketException lost)
        {
            throw new IOException($"The connection was lost: {lost.Message}", lost);
        }
    }
}
