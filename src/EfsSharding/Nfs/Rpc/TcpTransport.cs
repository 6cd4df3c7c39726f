using System.Net;
using System.Net.Sockets;

namespace EfsSharding.Nfs.Rpc;

/// <summary>Plain TCP. Nagle's algorithm is off: it holds back the request that a caller waits for.</summary>
internal sealed class TcpTransport(IPEndPoint endPoint) : INfsTransport
{
    public EndPoint EndPoint => endPoint;

    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return new TcpStream(socket);
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new IOException($"No connection to {endPoint}: {refused.Message}. Check that the security group allows TCP port {endPoint.Port} from here.", refused);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
