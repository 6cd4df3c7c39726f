using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace EfsSharding.Nfs.Rpc;

/// <summary>Sends without waiting. What does not fit into its buffer waits in a thread, which there is from the first such time on.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The thread may still be on its way to wait for the handle; it ends with it.")]
internal sealed class SenderThread(Socket socket)
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _asked = new(initialState: false);
    private ReadOnlyMemory<byte> _rest;
    private TaskCompletionSource? _sent;
    private long _written;
    private bool _isStarted;
    private bool _isStopped;

    /// <summary>Bytes that the socket has taken.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Sends all of the bytes. There may be one such call at a time.</summary>
    /// <exception cref="IOException">The connection was lost.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (TrySend(ref bytes))
            {
                return ValueTask.CompletedTask;
            }
        }
        catch (IOException lost)
        {
            return ValueTask.FromException(lost);
        }

        // The continuation runs on the sender thread and sends what was queued since.
        var sent = new TaskCompletionSource();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopped, socket);
            (_rest, _sent) = (bytes, sent);
        }

        if (!_isStarted)
        {
            _isStarted = true;
            new Thread(Run) { IsBackground = true, Name = "EfsSharding sender" }.UnsafeStart();
        }

        _asked.Set();
        return new ValueTask(sent.Task);
    }

    /// <summary>Ends the thread. The socket is closed already.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
        }

        _asked.Set();
    }

    private static IOException Lost(Exception lost) => new($"The connection was lost: {lost.Message}", lost);

    private void Run()
    {
        while (Take() is { } sent)
        {
            try
            {
                while (!TrySend(ref _rest))
                {
                    socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectWrite);
                }
            }
            catch (Exception lost) when (lost is IOException or SocketException or ObjectDisposedException)
            {
                sent.SetException(lost as IOException ?? Lost(lost));
                continue;
            }

            sent.SetResult();
        }
    }

    /// <returns>Null when there is nothing to send and never will be.</returns>
    private TaskCompletionSource? Take()
    {
        while (true)
        {
            lock (_gate)
            {
                var sent = _sent;
                _sent = null;
                if (sent is not null || _isStopped)
                {
                    return sent;
                }
            }

            _asked.WaitOne();
        }
    }

    private int SendNow(ReadOnlySpan<byte> bytes)
    {
        var count = socket.Send(bytes, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => count,
            SocketError.Interrupted => 0,
            SocketError.WouldBlock => -1,
            _ => throw Lost(new SocketException((int)error)),
        };
    }

    private bool TrySend(ref ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = SocketCalls.AreKnownHere ? SocketCalls.SendNow(socket, bytes.Span) : SendNow(bytes.Span);
            if (count < 0)
            {
                return false;
            }

            bytes = bytes[count..];
            Volatile.Write(ref _written, _written + count);
        }

        return true;
    }
}
