using EfsSharding.Tests.Nfs.Scripted;
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
            .UseDirectNfs(o => o.Port = server.Port)
            .Services.BuildServiceProvider();
        var store = services.GetRequiredService<IShardedFileStore>();
        await store.WriteAllTextAsync("a/b", "content");
        Assert.That(await store.ReadAllTextAsync("a/b"), Is.EqualTo("content"));
        Assert.That(server.Tree.Files().Keys, Has.One.EndsWith("a/b"));
    }
}
