using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.Tests.Nfs.Tls;

public sealed class TlsTransportTests
{
    private const string Name = "fs-1.efs.eu-west-1.amazonaws.com";

    private readonly TestAuthority _authority = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30));

    [OneTimeSetUp]
    public void Listen() => _listener.Start();

    [OneTimeTearDown]
    public void Stop()
    {
        _listener.Dispose();
        _authority.Dispose();
        _deadline.Dispose();
    }

    [TestCase(SslProtocols.Tls12)]
    [TestCase(SslProtocols.Tls13)]
    public async Task The_server_is_asked_for_by_name_and_sees_the_self_signed_certificate(SslProtocols protocol)
    {
        using var certificates = NewSource();
        var serving = ServeAsync(Name, protocol);
        await using var client = await NewTransport(certificates, _authority.Root).ConnectAsync(_deadline.Token);
        await client.WriteAsync("ping"u8.ToArray(), _deadline.Token);
        var (server, asked) = await serving;
        await using var _ = server;
        var received = new byte[4];
        await server.ReadExactlyAsync(received, _deadline.Token);

        Assert.Multiple(() =>
        {
            Assert.That(received, Is.EqualTo("ping"u8.ToArray()));
            Assert.That(asked, Is.EqualTo(Name));
            Assert.That(server.SslProtocol, Is.EqualTo(protocol));
            var shown = new X509Certificate2(server.RemoteCertificate!);
            Assert.That(shown.Extensions.Select(e => e.Oid!.Value), Does.Contain("1.3.6.1.4.1.4843.7.3"));
        });
    }

    [Test]
    public async Task Another_name_is_refused()
    {
        using var certificates = NewSource();
        var serving = ServeAsync("fs-2.efs.eu-west-1.amazonaws.com", SslProtocols.Tls13);

        await Assert.ThatAsync(
            async () => await NewTransport(certificates, _authority.Root).ConnectAsync(_deadline.Token),
            Throws.TypeOf<IOException>().With.Message.Contains(Name));
        await Assert.ThatAsync(async () => await ReadAsync((await serving).Server), Throws.InstanceOf<Exception>());
    }

    [Test]
    public async Task Another_root_is_refused_and_so_is_the_machines_own_store()
    {
        using var certificates = NewSource();
        using var other = new TestAuthority();
        var serving = ServeAsync(Name, SslProtocols.Tls13);

        await Assert.ThatAsync(
            async () => await NewTransport(certificates, other.Root).ConnectAsync(_deadline.Token),
            Throws.TypeOf<IOException>().With.InnerException.TypeOf<AuthenticationException>());
        await Assert.ThatAsync(async () => await ReadAsync((await serving).Server), Throws.InstanceOf<Exception>());
    }

    [Test]
    public async Task A_server_without_TLS_is_said_to_be_one()
    {
        using var certificates = NewSource();
        var connecting = NewTransport(certificates, _authority.Root).ConnectAsync(_deadline.Token);
        using (var plain = await _listener.AcceptSocketAsync(_deadline.Token))
        {
            await plain.SendAsync(new byte[] { 0x80, 0, 0, 0x18, 0, 0, 0, 1 }, SocketFlags.None, _deadline.Token);
        }

        await Assert.ThatAsync(async () => await connecting, Throws.TypeOf<IOException>().With.Message.Contains("No TLS with 127.0.0.1"));
    }

    private static async Task ReadAsync(SslStream server)
    {
        await using (server)
        {
            await server.ReadExactlyAsync(new byte[1]);
        }
    }

    private static ClientCertificateSource NewSource() =>
        new(new DirectNfsTlsOptions { Enabled = true, Region = "eu-west-1" }, new SdkCallerCredentialsSource(null), TimeProvider.System, NullLogger.Instance);

    private TlsTransport NewTransport(ClientCertificateSource certificates, X509Certificate2 root)
    {
        var options = new DirectNfsTlsOptions { Enabled = true, Region = "eu-west-1" };
        options.TrustedRoots.Add(root);
        return new TlsTransport(new TcpTransport((IPEndPoint)_listener.LocalEndpoint), "fs-1", options, certificates, NullLogger.Instance);
    }

    private async Task<(SslStream Server, string Asked)> ServeAsync(string name, SslProtocols protocol)
    {
        var socket = await _listener.AcceptSocketAsync(_deadline.Token);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        using var certificate = _authority.Issue(name);
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                EnabledSslProtocols = protocol,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            },
            _deadline.Token);
        return (stream, stream.TargetHostName);
    }
}
