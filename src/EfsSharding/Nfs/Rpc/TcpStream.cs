using System.Net.Sockets;

namespace EfsSharding.Nfs.Rpc;

/// <summary>A TCP connection that can be read in a thread that waits for the bytes itself, which spares waking one that waits for many.</summary>
internal sealed class TcpStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private bool _blocks;
    private bool _mayHaveMore;

    /// <summary>From now on reads wait in the thread that calls. Writes are as they were.</summary>
    public void BlockReads()
    {
        // A blocking socket that was ever used without blocking waits by way of the thread that waits for all sockets.
        Socket.Blocking = false;
        _blocks = true;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _blocks ? new ValueTask<int>(Receive(buffer.Span)) : base.ReadAsync(buffer, cancellationToken);

    private int Receive(Span<byte> buffer)
    {
        try
        {
            while (true)
            {
                if (!_mayHaveMore)
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
