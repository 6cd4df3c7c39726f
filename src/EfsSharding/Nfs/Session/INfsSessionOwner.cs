using EfsSharding.Nfs.Rpc;

namespace EfsSharding.Nfs.Session;

/// <summary>What a session needs of the client that it belongs to.</summary>
internal interface INfsSessionOwner
{
    TimeProvider Time { get; }

    /// <summary>How long a call waits for a connection that was lost.</summary>
    TimeSpan ReconnectTimeout { get; }

    ReadOnlyMemory<byte> CallHeader { get; }

    uint NextXid();

    /// <summary>Makes a connection; the session starts it.</summary>
    /// <exception cref="IOException">The server did not answer.</exception>
    Task<RpcConnection> ConnectAsync();

    /// <summary>A call waits, so somebody must look at deadlines.</summary>
    void OnBusy();

    /// <summary>A session exists and is not in use yet: its first requests, too, must be sent again when the server asks for it.</summary>
    void OnBeginning(NfsSession session);

    /// <summary>So many more slots carry a request, or fewer.</summary>
    void OnSlotsTaken(int change);

    void OnConnectionLost(Exception reason);

    void OnReconnected(int callsResent);

    /// <summary>The session ended.</summary>
    /// <param name="session">The session.</param>
    /// <param name="reason">Why, as a clause.</param>
    /// <param name="stateLost">The client ID's state is gone as well.</param>
    void OnEnded(NfsSession session, string reason, bool stateLost);
}
