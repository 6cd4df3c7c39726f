using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Worker.Connections;

/// <summary>
/// Listens as Kestrel does, and accepts no more connections than there may be: the others wait in the kernel's queue, where they cost no descriptor.
/// Kestrel's own limit turns connections away after it has accepted them, so that a burst takes all the descriptors there are.
/// </summary>
internal sealed class BoundedListenerFactory(SocketTransportFactory sockets, int limit, ILogger<BoundedListenerFactory> logger) : IConnectionListenerFactory, IDisposable
{
    // One for all addresses that are listened on.
    private readonly SemaphoreSlim _places = new(limit, limit);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new BoundedListener(await sockets.BindAsync(endpoint, cancellationToken), _places, limit, logger);

    public void Dispose() => _places.Dispose();
}
