using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>A network path that fails: it forwards TCP to a server and cuts connections when it is told to.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<(Socket Client, Socket Server), byte> _pairs = [];
    private readonly int _target;

    public CuttingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

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

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
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
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The server is down: the client is cut off below, as a refused connection would be.
        }

        Cut(pair);
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var read and > 0)
            {
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
}
