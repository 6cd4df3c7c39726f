using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Tls;
using EfsSharding.TestSupport.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.IntegrationTests.DirectNfs;

[Category("DirectNfs")]
public sealed class TlsThroughStunnelTests
{
    private const string ServerName = "fs-0123456789abcdef0.efs.eu-west-1.amazonaws.com";

    [Test]
    public async Task A_call_reaches_ganesha_through_TLS_with_the_client_certificate_required()
    {
        await using var ganesha = await GaneshaServer.StartAsync();
        using var front = await StunnelFront.StartAsync(ServerName, ganesha.Port);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var options = new DirectNfsTlsOptions { Enabled = true, Region = "eu-west-1", AccessPointId = "fsap-0a1b2c3d4e5f60718" };
        options.TrustedRoots.Add(front.Root);
        using var certificates = new ClientCertificateSource(options, new SdkCallerCredentialsSource(null), TimeProvider.System, NullLogger.Instance);
        var transport = new TlsTransport(
            new TcpTransport(new IPEndPoint(IPAddress.Loopback, front.Port)), "fs-0123456789abcdef0", options, certificates, NullLogger.Instance);

        await using var stream = await transport.ConnectAsync(limit.Token);
        await stream.WriteAsync(NullCall(xid: 77), limit.Token);
        var reply = new byte[28];
        await stream.ReadExactlyAsync(reply, limit.Token);

        Assert.Multiple(() =>
        {
            Assert.That(BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(4)), Is.EqualTo(77u));
            Assert.That(reply.AsSpan(12).ToArray(), Is.All.Zero);
            Assert.That(front.ReadLog(), Does.Contain("Peer certificate required").And.Contain("TLS accepted"));
        });
    }

    [Test]
    public async Task The_front_refuses_a_client_without_a_certificate()
    {
        await using var ganesha = await GaneshaServer.StartAsync();
        using var front = await StunnelFront.StartAsync(ServerName, ganesha.Port);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, front.Port, limit.Token);
        await using var stream = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);

        await Assert.ThatAsync(
            async () =>
            {
                await stream.AuthenticateAsClientAsync(ServerName);
                await stream.WriteAsync(NullCall(xid: 1), limit.Token);
                await stream.ReadExactlyAsync(new byte[28], limit.Token);
            },
            Throws.InstanceOf<IOException>().Or.InstanceOf<AuthenticationException>());
    }

    /// <summary>The NULL procedure of NFSv4 (RFC 5531 §9) with its record mark.</summary>
    private static byte[] NullCall(uint xid)
    {
        var call = new byte[44];
        uint[] words = [0x8000_0028, xid, 0, 2, 100003, 4, 0, 0, 0, 0, 0];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(call.AsSpan(4 * i), words[i]);
        }

        return call;
    }
}
