using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EfsSharding.TestSupport.Scripted;

/// <summary>
/// An NFSv4.1 server in this process, over loopback TCP, that serves an in-memory tree and fails as its script says. It shares no
/// code with the client, so that a mistake in an encoding shows. Several addresses are several mount targets of one file system.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<PeerConnection, IPAddress> _connections = [];
    private readonly ConcurrentDictionary<IPAddress, TcpListener> _listeners = [];
    private readonly ConcurrentQueue<Task> _accepting = [];
    private long _steps;
    private long _compounds;
    private PeerState _state;

    public ScriptedServer(PeerSettings? settings = null, TimeProvider? time = null)
    {
        Tree = new FileTree(time ?? TimeProvider.System) { ReusesIds = (settings ?? new PeerSettings()).ReusesFileIds };
        _state = new PeerState(settings ?? new PeerSettings(), Tree, epoch: 1);
        Listen(IPAddress.Loopback);
    }

    public FileTree Tree { get; }

    public int Port { get; private set; }

    /// <summary>Says what happens to a step; null lets it be. Called from any thread, before the compound begins.</summary>
    public Func<Step, Fault?>? Script { get; set; }

    /// <summary>What the client sent that no client may send. A test ends by finding it empty.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>Every compound that was decoded, in order of arrival.</summary>
    public ConcurrentQueue<IReadOnlyList<Request>> Compounds { get; } = [];

    public long Steps => Interlocked.Read(ref _steps);

    public int Connections => _connections.Count;

    /// <summary>Takes all byte-range locks away, as an operator of a server can.</summary>
    public void ReleaseLocks()
    {
        lock (Tree.Lock)
        {
            foreach (var locks in State.Locks.Values)
            {
                locks.Bytes.Clear();
            }
        }
    }

    public PeerState State => Volatile.Read(ref _state);

    /// <summary>Answers on one more loopback address, or again on one that was <see cref="Refuse">refused</see>.</summary>
    public void Listen(IPAddress address)
    {
        var listener = new TcpListener(address, Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _listeners[address] = listener;
        _accepting.Enqueue(AcceptAsync(listener, address));
    }

    /// <summary>Cuts an address off: its connections end and new ones are refused.</summary>
    public void Refuse(IPAddress address)
    {
        if (_listeners.TryRemove(address, out var listener))
        {
            listener.Dispose();
        }

        Disconnect(address);
    }

    /// <summary>Cuts the connections of one address, or of all.</summary>
    public void Disconnect(IPAddress? address = null)
    {
        foreach (var (connection, dialled) in _connections)
        {
            if (address is null || address.Equals(dialled))
            {
                connection.Cut();
            }
        }
    }

    /// <summary>The server crashes and comes back: connections, clients, sessions, opens and unstable data are gone.</summary>
    public void Restart()
    {
        lock (Tree.Lock)
        {
            Tree.LoseUnstableData();
            foreach (var client in State.Clients.Values.ToArray())
            {
                State.Forget(client);
            }

            Volatile.Write(ref _state, new PeerState(State.Settings, Tree, State.Epoch + 1));
        }

        Disconnect();
    }

    /// <summary>All leases run out and the server forgets the clients, as one that was not asked for long does.</summary>
    public void ExpireClients() => UnderLock(() =>
    {
        foreach (var client in State.Clients.Values.ToArray())
        {
            State.Forget(client);
        }
    });

    /// <summary>All leases run out and the server takes the opens, but keeps clients and sessions and tells them.</summary>
    public void RevokeOpens() => UnderLock(() =>
    {
        foreach (var client in State.Clients.Values)
        {
            State.Revoke(client);
        }
    });

    /// <summary>All sessions end and the client ids stay.</summary>
    public void LoseSessions(bool dead = false) => UnderLock(() =>
    {
        foreach (var session in State.Sessions.Values)
        {
            session.Dead = true;
        }

        if (!dead)
        {
            State.Sessions.Clear();
        }
    });

    /// <summary>Every filehandle that was handed out goes stale; the files stay.</summary>
    public void StaleHandles() => UnderLock(() => Tree.Generation++);

    /// <summary>UNSTABLE4 data that waits for its COMMIT is lost and the write verifier changes, without a restart that a client could see.</summary>
    public void LoseUnstableData() => UnderLock(() =>
    {
        Tree.LoseUnstableData();
        State.WriteVerifier += 0x1_0000_0000;
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var address in _listeners.Keys)
        {
            Refuse(address);
        }

        Disconnect();
        await Task.WhenAll(_accepting);
    }

    internal Fault?[] FaultsFor(IReadOnlyList<Request> requests, IPAddress address)
    {
        Compounds.Enqueue(requests);
        var compound = Interlocked.Increment(ref _compounds) - 1;
        var faults = new Fault?[requests.Count];
        for (var index = 0; index < faults.Length; index++)
        {
            var step = new Step(Interlocked.Increment(ref _steps) - 1, compound, index, requests, address);
            faults[index] = Script?.Invoke(step);
        }

        return faults;
    }

    private async Task AcceptAsync(TcpListener listener, IPAddress address)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            var connection = new PeerConnection(this, socket, address);
            _connections[connection] = address;
            _ = connection.ServeAsync().ContinueWith(_ => _connections.TryRemove(connection, out var _), TaskScheduler.Default);
        }
    }

    private void UnderLock(Action change)
    {
        lock (Tree.Lock)
        {
            change();
        }
    }
}
