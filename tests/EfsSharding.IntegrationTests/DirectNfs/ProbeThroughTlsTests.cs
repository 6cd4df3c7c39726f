using EfsSharding.TestSupport.Servers;

namespace EfsSharding.IntegrationTests.DirectNfs;

[Category("DirectNfs")]
public sealed class ProbeThroughTlsTests
{
    private const string FileSystemId = "fs-0123456789abcdef0";
    private const string ServerName = $"{FileSystemId}.efs.eu-west-1.amazonaws.com";

    [Test]
    public async Task Every_promise_holds_through_TLS_with_an_access_point()
    {
        await using var ganesha = await GaneshaServer.StartAsync();
        using var front = await StunnelFront.StartAsync(ServerName, ganesha.Port);
        var report = await ProbeAsync(front, FileSystemId);

        Assert.Multiple(() =>
        {
            Assert.That(report.ServerName, Is.EqualTo(ServerName));
            Assert.That(report.Promises.Where(p => !p.IsKept), Is.Empty);
            Assert.That(report.KeepsEveryPromise);
            Assert.That(Directory.EnumerateFileSystemEntries(ganesha.Export), Is.Empty);
        });
    }

    [Test]
    public async Task A_server_that_is_of_another_file_system_is_refused()
    {
        await using var ganesha = await GaneshaServer.StartAsync();
        using var front = await StunnelFront.StartAsync(ServerName, ganesha.Port);

        await Assert.ThatAsync(
            () => ProbeAsync(front, "fs-0fedcba987654321f"),
            Throws.InstanceOf<IOException>().With.Message.Contains("as fs-0fedcba987654321f.efs.eu-west-1.amazonaws.com"));
        Assert.That(Directory.EnumerateFileSystemEntries(ganesha.Export), Is.Empty);
    }

    private static Task<NfsServerReport> ProbeAsync(StunnelFront front, string fileSystemId)
    {
        var tls = new DirectNfsTlsOptions { Enabled = true, Region = "eu-west-1", AccessPointId = "fsap-0a1b2c3d4e5f60718" };
        tls.TrustedRoots.Add(front.Root);
        var target = new MountTarget { MountTargetId = "fsmt-1", FileSystemId = fileSystemId, IpAddress = "127.0.0.1" };
        return new DirectNfsProbe(new DirectNfsOptions { Port = front.Port }, tls).RunAsync(target, mayWrite: true);
    }
}
