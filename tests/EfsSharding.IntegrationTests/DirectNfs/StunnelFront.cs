using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EfsSharding.TestSupport;
using EfsSharding.TestSupport.Servers;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>stunnel in front of an NFS server: TLS from the first byte, as EFS does it, and a client certificate required.</summary>
internal sealed class StunnelFront : IDisposable
{
    public const string Program = "/usr/bin/stunnel4";

    private readonly string _directory = Directory.CreateTempSubdirectory("efs-sharding-stunnel-").FullName;
    private ServerProcess? _process;

    private StunnelFront(int port) => Port = port;

    public int Port { get; }

    /// <summary>The self-signed certificate of the server, which stands for Amazon's roots.</summary>
    public X509Certificate2 Root { get; private set; } = null!;

    /// <param name="serverName">The name in the certificate.</param>
    /// <param name="target">The port of the plain server behind.</param>
    public static async Task<StunnelFront> StartAsync(string serverName, int target)
    {
        Needs.Program(Program, "stunnel4");
        var front = new StunnelFront(ServerProcess.FreePort());
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={serverName}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(serverName);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        front.Root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(2));
        await File.WriteAllTextAsync($"{front._directory}/server.pem", front.Root.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        await File.WriteAllTextAsync($"{front._directory}/stunnel.conf", $"""
            foreground = yes
            pid =
            debug = info
            [nfs]
            accept = 127.0.0.1:{front.Port}
            connect = 127.0.0.1:{target}
            cert = {front._directory}/server.pem
            requireCert = yes
            verifyChain = no
            verifyPeer = no

            """);
        front._process = await ServerProcess.StartAsync(Program, $"{front._directory}/stunnel.conf", front.Log, front.Port);
        return front;
    }

    private string Log => Path.Combine(_directory, "log");

    public string ReadLog() => File.ReadAllText(Log);

    public void Dispose()
    {
        _process?.Dispose();
        Root?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
