using EfsSharding.TestSupport.Scripted;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Tests.Nfs;

/// <summary>The store as an application registers it.</summary>
internal sealed class DirectNfsStoreTests
{
    [Test]
    public async Task A_store_over_direct_NFS_keeps_files_on_the_server()
    {
        await using var server = new ScriptedServer();
        await using var services = new ServiceCollection()
            .AddEfsSharding(o => o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "127.0.0.1" }))
            .UseDirectNfs(o => o.Port = server.Port, tls => tls.Enabled = false)
            .Services.BuildServiceProvider();
        var store = services.GetRequiredService<IShardedFileStore>();
        await store.WriteAllTextAsync("a/b", "content");
        Assert.That(await store.ReadAllTextAsync("a/b"), Is.EqualTo("content"));
        Assert.That(server.Tree.Files().Keys, Has.One.EndsWith("a/b"));
    }

    [Test]
    public async Task Direct_NFS_is_encrypted_unless_it_is_told_not_to_be()
    {
        await using var server = new ScriptedServer();
        await using var services = new ServiceCollection()
            .AddEfsSharding(o =>
            {
                o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "127.0.0.1" });
                o.OperationTimeout = TimeSpan.FromMilliseconds(500);
            })
            .UseDirectNfs(o => o.Port = server.Port, tls => tls.Region = "eu-west-1")
            .Services.BuildServiceProvider();

        await Assert.ThatAsync(
            () => services.GetRequiredService<IShardedFileStore>().WriteAllTextAsync("a", "in clear text"),
            Throws.InstanceOf<TargetUnavailableException>().With.Message.Contains("speaks TLS"));
        Assert.That(server.Tree.Files(), Is.Empty);
    }

    [Test]
    public async Task A_store_without_a_region_fails_its_start_and_says_so_once()
    {
        if (FindsRegion())
        {
            Assert.Ignore("The AWS SDK finds a region on this machine.");
        }

        await using var services = new ServiceCollection()
            .AddEfsSharding(o =>
            {
                foreach (var id in new[] { "fsmt-1", "fsmt-2", "fsmt-3" })
                {
                    o.DefaultTargets.Add(new MountTarget { MountTargetId = id, FileSystemId = "fs-1", IpAddress = "127.0.0.1" });
                }
            })
            .UseDirectNfs()
            .Services.BuildServiceProvider();

        var refusal = await Assert.ThrowsAsync<TargetUnavailableException>(() => services.GetRequiredService<IShardedFileStore>().ExistsAsync("a"));

        Assert.That(refusal!.Message.Split("needs the region"), Has.Length.EqualTo(2), refusal.Message);
        Assert.That(refusal.Message, Does.Contain("DirectNfsTlsOptions.Region"));
    }

    private static bool FindsRegion() => Amazon.Runtime.FallbackRegionFactory.GetRegionEndpoint() is not null;

    [Test]
    public async Task Automatic_access_never_goes_from_TLS_IAM_and_an_access_point_to_plain_direct_NFS([Values] bool plain)
    {
        await using var server = new ScriptedServer();
        await using var services = new ServiceCollection()
            .AddEfsSharding(o => o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "127.0.0.1" }))
            .UseAutomaticAccess(configureKernel: o => (o.Type, o.Tls, o.Iam, o.AccessPointId) = (KernelMountType.Efs, true, true, "fsap-0123456789abcdef0"))
            .AddDirectNfs(o => o.Port = server.Port, tls => tls.Enabled = !plain)
            .Services.BuildServiceProvider();

        await Assert.ThatAsync(
            () => services.GetRequiredService<IShardedFileStore>().WriteAllTextAsync("a", "secret"),
            Throws.InstanceOf<TargetUnavailableException>().With.Message.Contains("KernelMountOptions.Iam"));
        Assert.That(server.Tree.Files(), Is.Empty);
    }
}
