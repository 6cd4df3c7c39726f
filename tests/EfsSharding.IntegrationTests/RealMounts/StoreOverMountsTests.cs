using EfsSharding.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace EfsSharding.IntegrationTests.RealMounts;

/// <summary>The whole way: the store, put together as a service does it, over the kernel's mounts of three targets.</summary>
[TestFixture]
internal sealed class StoreOverMountsTests : RealMountsFixture
{
    private static readonly string[] Paths = [.. Enumerable.Range(0, 60).Select(i => $"customers/{i % 5}/{i}.json")];

    private readonly FakeLogCollector _logs = new();

    [Test]
    public async Task Files_are_spread_over_the_targets_and_seen_through_each()
    {
        await using var services = NewServices();
        var store = services.GetRequiredService<IShardedFileStore>();

        await WriteAllAsync(store);

        Assert.That(MountPoints(), Is.EqualTo(["/mnt/efs-0", "/mnt/efs-1", "/mnt/efs-2"]));
        Assert.That(Paths.Select(p => store.Locate(p).MountTargetId).Distinct(), Is.EquivalentTo(["fsmt-0", "fsmt-1", "fsmt-2"]));
        foreach (var path in Paths)
        {
            Assert.That(File.ReadAllText(Path.Join(Server.Export, path)), Is.EqualTo(path));
            Assert.That(await store.ReadAllTextAsync(path), Is.EqualTo(path));
            Assert.That(File.Exists(store.Locate(path).PhysicalPath), Is.True);
        }

        Assert.That(await store.EnumerateAsync("customers").ToListAsync(), Is.EquivalentTo(Paths));
    }

    [Test]
    public async Task A_process_started_again_uses_the_mounts_of_the_last_one()
    {
        await using (var before = NewServices())
        {
            await WriteAllAsync(before.GetRequiredService<IShardedFileStore>());
        }

        var mounted = NfsMounts().Select(m => m.Id).ToList();
        await using var after = NewServices();

        Assert.That(await after.GetRequiredService<IShardedFileStore>().ReadAllTextAsync(Paths[0]), Is.EqualTo(Paths[0]));
        Assert.That(NfsMounts().Select(m => m.Id), Is.EqualTo(mounted));
    }

    [Test]
    public async Task A_target_that_never_answers_at_start_is_passed_by()
    {
        Server.Control("cut", Server.Addresses[1]);
        try
        {
            await using var services = NewServices();
            var store = services.GetRequiredService<IShardedFileStore>();

            await WriteAllAsync(store);

            Assert.That(Paths.Any(p => store.Locate(p).MountTargetId == "fsmt-1"), Is.True, "some files have it as their first choice");
            Assert.That(MountPoints(), Has.Exactly(2).Items);
            Assert.That(_logs.GetSnapshot().Select(r => r.Id.Name), Has.Some.EqualTo("TargetDown"));
        }
        finally
        {
            Server.Control("mend", Server.Addresses[1]);
        }
    }

    [Test]
    public async Task A_target_cut_off_while_in_use_fails_over_to_the_others()
    {
        await using var services = NewServices();
        var store = services.GetRequiredService<IShardedFileStore>();
        await WriteAllAsync(store);

        Server.Control("cut", Server.Addresses[2]);
        try
        {
            foreach (var path in Paths.Where(p => store.Locate(p).MountTargetId == "fsmt-2"))
            {
                await store.WriteAllTextAsync(path, "again");
                Assert.That(await store.ReadAllTextAsync(path), Is.EqualTo("again"));
            }
        }
        finally
        {
            Server.Control("mend", Server.Addresses[2]);
        }
    }

    [Test]
    public async Task A_server_killed_and_brought_back_serves_again()
    {
        await using var services = NewServices();
        var store = services.GetRequiredService<IShardedFileStore>();
        await WriteAllAsync(store);

        Server.Control("kill");
        try
        {
            Assert.That(async () => await store.WriteAllTextAsync(Paths[0], "lost"), Throws.InstanceOf<TargetUnavailableException>());
        }
        finally
        {
            Server.Control("start");
        }

        Assert.That(() => Serves(store, Paths[0], "after"), Is.True.After(60_000, 200), "the kernel reconnects when it likes");
        Assert.That(await store.ReadAllTextAsync(Paths[0]), Is.EqualTo("after"));
        Assert.That(Directory.Exists("/mnt/efs-3"), Is.False, "no mount was made anew");
    }

    [Test]
    public async Task With_no_target_at_all_the_store_does_not_start_and_writes_nowhere()
    {
        Server.Control("kill");
        try
        {
            await using var services = NewServices();
            var store = services.GetRequiredService<IShardedFileStore>();

            Assert.That(async () => await store.WriteAllTextAsync("a", "a"),
                Throws.InstanceOf<TargetUnavailableException>().With.Message.Contains("refused the connection"));
            Assert.That(NfsMounts(), Is.Empty);
            Assert.That(Directory.Exists("/mnt/efs-0") ? Directory.GetFileSystemEntries("/mnt/efs-0") : [], Is.Empty);
        }
        finally
        {
            Server.Control("start");
        }
    }

    private static async Task WriteAllAsync(IShardedFileStore store)
    {
        foreach (var path in Paths)
        {
            await store.WriteAllTextAsync(path, path);
        }
    }

    private static bool Serves(IShardedFileStore store, string path, string content)
    {
        try
        {
            store.WriteAllTextAsync(path, content).GetAwaiter().GetResult();
            return true;
        }
        catch (TargetUnavailableException)
        {
            return false;
        }
    }

    private ServiceProvider NewServices() => new ServiceCollection()
        .AddLogging(l => l.Services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(_logs)))
        .AddEfsSharding(o =>
        {
            for (var i = 0; i < Server.Addresses.Count; i++)
            {
                o.DefaultTargets.Add(Server.Target(i));
            }

            o.OperationTimeout = TimeSpan.FromSeconds(3);
        })
        .UseAutomaticAccess()
        .Services.BuildServiceProvider();
}
