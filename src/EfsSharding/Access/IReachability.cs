using System.Net;
using System.Net.Sockets;

namespace EfsSharding.Access;

/// <summary>Asks whether anything listens at an address, which no blocking call of the kernel's NFS client tells in good time.</summary>
internal interface IReachability
{
    /// <returns>
    /// <see cref="SocketError.Success"/>, or why there is no connection; <see cref="SocketError.TimedOut"/> after
    /// <paramref name="timeout"/>.
    /// </returns>
    Task<SocketError> ConnectAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken);
}
