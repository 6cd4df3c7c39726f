using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>A network path that fails: it forwards TCP to a server, cuts connections when it is told to, and can tell what it carried.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly ConcurrentDictionary<(Socket Client, Socket Server), byte> _pairs = [];
    private readonly StringBuilder _carried = new();
    private readonly int _target;
    private readonly bool _records;
    private readonly IPEndPoint _endPoint;
    private TcpListener _listener;
    private volatile TaskCompletionSource? _silence;

    /// <param name="target">The server's port on 127.0.0.1.</param>
    /// <param name="address">Where it listens; null for 127.0.0.1.</param>
    /// <param name="port">The port that it listens on; 0 for a free one.</param>
    /// <param name="records">Whether what clients send is kept for <see cref="HasCarried"/>.</param>
    public CuttingProxy(int target, IPAddress? address = null, int port = 0, bool records = false)
    {
        _target = target;
        _records = records;
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _listener.Start();
        _endPoint = (IPEndPoint)_listener.LocalEndpoint;
        _ = AcceptAsync(_listener);
    }

    public int Port => _endPoint.Port;

    /// <summary>Whether clients have sent a text through here since <see cref="Forget"/>.</summary>
    public bool HasCarried(string text)
    {
        lock (_carried)
        {
            return _carried.ToString().Contains(text, StringComparison.Ordinal);
        }
    }

    public void Forget()
    {
        lock (_carried)
        {
            _carried.Clear();
        }
    }

    /// <summary>Cuts the path: connections are reset and new ones refused, or everything stays open and nothing gets through any more.</summary>
    public void CutOff(bool silently)
    {
        if (silently)
        {
            _silence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return;
        }

        Dispose();
    }

    /// <summary>Undoes <see cref="CutOff"/>.</summary>
    public void Mend()
    {
        if (_silence is { } silence)
        {
            _silence = null;
            silence.SetResult();
            return;
        }

        _listener = new TcpListener(_endPoint);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    /// <summary>Resets one connection, on both sides.</summary>
    /// <returns>False when there is none.</returns>
    public bool CutOne(Random random)
    {
        var pairs = _pairs.Keys.ToArray();
        if (pairs.Length == 0)
        {
            return false;
        }

        Cut(pairs[random.Next(pairs.Length)]);
        return true;
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var pair in _pairs.Keys)
        {
            Cut(pair);
        }
    }

    private void Cut((Socket Client, Socket Server) pair)
    {
        if (_pairs.TryRemove(pair, out _))
        {
            pair.Client.Close(0);
            pair.Server.Close(0);
        }
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptSocketAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = ForwardAsync(client);
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        var pair = (client, server);
        _pairs[pair] = 0;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(PumpAsync(client, server, _records), PumpAsync(server, client, records: false));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The server is down: the client is cut off below, as a refused connection would be.
        }

        Cut(pair);
    }

    private async Task PumpAsync(Socket from, Socket to, bool records)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var read and > 0)
            {
                if (_silence is { } silence)
                {
                    await silence.Task;
                }

                if (records)
                {
                    Record(buffer.AsSpan(0, read));
                }

                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // One side ended; both are closed by the caller.
        }
    }

    private void Record(ReadOnlySpan<byte> bytes)
    {
        lock (_carried)
        {
            _carried.Append(Encoding.Latin1.GetString(bytes));
        }
    }
}
