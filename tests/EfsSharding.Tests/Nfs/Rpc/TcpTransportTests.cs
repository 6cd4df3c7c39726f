using System.Net;
using System.Net.Sockets;
using EfsSharding.Nfs.Rpc;

namespace EfsSharding.Tests.Nfs.Rpc;

public sealed class TcpTransportTests
{
    [Test]
    public async Task A_connection_that_nobody_takes_is_given_up_when_it_is_cancelled()
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen(0);
        var endPoint = (IPEndPoint)server.LocalEndPoint!;
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await full.ConnectAsync(endPoint);

        // There is no more room in the queue: what comes from now on is dropped, as by a security group.
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var connecting = new TcpTransport(endPoint).ConnectAsync(limit.Token).AsTask();

        Assert.That(async () => await connecting.WaitAsync(TimeSpan.FromSeconds(10)), Throws.InstanceOf<OperationCanceledException>());
    }
}
