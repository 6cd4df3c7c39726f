using System.Net;

namespace EfsSharding.Nfs.Rpc;

/// <summary>Makes connected byte streams to one NFS server: plain TCP, or TLS over it.</summary>
internal interface INfsTransport
{
    /// <summary>The address that is dialled, for messages.</summary>
    EndPoint EndPoint { get; }

    /// <summary>Connects. Each call makes a new connection, which the caller disposes.</summary>
    /// <exception cref="IOException">The server did not answer, or is not the one it should be; the message says which.</exception>
    ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken);
}
