using System.Net;
using System.Net.Sockets;

namespace EfsSharding.Nfs.Rpc;

/// <summary>
/// Plain TCP. Nagle's algorithm is off: it holds back the request that a caller waits for. Connecting waits in a thread of its own:
/// a socket that was ever waited for together with others keeps waking the thread that does so, at each packet.
/// </summary>
internal sealed class TcpTransport(IPEndPoint endPoint) : INfsTransport
{
    public EndPoint EndPoint => endPoint;

    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using (cancellationToken.UnsafeRegister(static connecting => ((Socket)connecting!).Dispose(), socket))
            {
                await Task.Factory.StartNew(
                    () => socket.Connect(endPoint), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            }

            return new TcpStream(socket);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new OperationCanceledException(cancellationToken);
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
