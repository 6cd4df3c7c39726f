using System.Net;
using System.Text;
using EfsSharding.TestSupport.Scripted;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Tests.Nfs;

/// <summary>Appends of one process to one file: none is lost and none torn, over whatever volumes and stores they go.</summary>
internal sealed class StoreAppendTests
{
    private const int Callers = 8;
    private const int Appends = 50;

    [Test]
    public async Task Two_stores_over_direct_NFS_lose_no_append_while_targets_come_and_go([Values] bool disturbed)
    {
        await using var server = new ScriptedServer();
        server.Listen(IPAddress.Parse("127.0.0.2"));
        await using var one = DirectNfs(server);
        await using var two = DirectNfs(server);
        if (disturbed)
        {
            var appends = 0;
            server.Script = step => step.Op == Nfs4Op.Write && Interlocked.Increment(ref appends) % 25 == 0 ? new Fault.CutAfter() : null;
        }

        await AppendAsync(one, two);

        Check(Encoding.UTF8.GetString(server.Tree.Find("log")!.Content));
    }

    [Test]
    public async Task Two_stores_over_directories_lose_no_append()
    {
        var root = Directory.CreateTempSubdirectory("efs-sharding-tests-").FullName;
        try
        {
            await using var one = Local(root);
            await using var two = Local(root);

            await AppendAsync(one, two);

            Check(await one.GetRequiredService<IShardedFileStore>().ReadAllTextAsync("log"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Test]
    public async Task An_append_whose_content_breaks_off_leaves_nothing([Values] bool overNfs)
    {
        var root = Directory.CreateTempSubdirectory("efs-sharding-tests-").FullName;
        await using var server = new ScriptedServer();
        try
        {
            await using var services = overNfs ? DirectNfs(server) : Local(root);
            var store = services.GetRequiredService<IShardedFileStore>();
            await store.WriteAllTextAsync("log", "before");
            var content = new TestSupport.Contract.PatternStream(
                new byte[6_000_000], step: 100_000, position => _ = position < 5_000_000 ? 0 : throw new InvalidDataException("the client hung up"));

            Assert.That(() => store.WriteAsync("log", content, FileWriteMode.Append), Throws.TypeOf<InvalidDataException>());

            Assert.That(await store.ReadAllTextAsync("log"), Is.EqualTo("before"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Test]
    public async Task An_append_that_is_cancelled_midway_leaves_nothing([Values] bool overNfs)
    {
        var root = Directory.CreateTempSubdirectory("efs-sharding-tests-").FullName;
        await using var server = new ScriptedServer();
        try
        {
            await using var services = overNfs ? DirectNfs(server) : Local(root);
            var store = services.GetRequiredService<IShardedFileStore>();
            await store.WriteAllTextAsync("log", "before");
            using var cancellation = new CancellationTokenSource();
            var content = new TestSupport.Contract.PatternStream(
                new byte[6_000_000], step: 100_000, position => { if (position > 3_000_000) { cancellation.Cancel(); } });

            Assert.That(() => store.WriteAsync("log", content, FileWriteMode.Append, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());

            Assert.That(await store.ReadAllTextAsync("log"), Is.EqualTo("before"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Test]
    public async Task What_cannot_be_taken_back_is_told()
    {
        await using var server = new ScriptedServer();
        await using var services = DirectNfs(server);
        var store = services.GetRequiredService<IShardedFileStore>();
        await store.WriteAllTextAsync("log", "before");
        var content = new TestSupport.Contract.PatternStream(
            new byte[6_000_000], step: 100_000, position => _ = position < 5_000_000 ? 0 : throw new InvalidDataException("the client hung up"));
        server.Script = step => step.Op == Nfs4Op.SetAttr ? new Fault.Answer(Nfs4Stat.Access) : null;

        var failure = (await Assert.ThrowsAsync<ChangeInDoubtException>(() => store.WriteAsync("log", content, FileWriteMode.Append)))!;

        Assert.That(failure.MayHaveTakenEffect, Is.True);
        Assert.That(failure.Message, Does.Contain("'log'"));
        Assert.That(failure.InnerException, Is.Not.Null);
    }

    [Test]
    public async Task A_full_disk_midway_says_what_is_there([Values] bool canBeTakenBack)
    {
        await using var server = new ScriptedServer();
        await using var services = DirectNfs(server);
        var store = services.GetRequiredService<IShardedFileStore>();
        await store.WriteAllTextAsync("log", "before");
        var writes = 0;
        server.Script = step =>
            step.Op == Nfs4Op.Write && Interlocked.Increment(ref writes) > 2 ? new Fault.Answer(Nfs4Stat.NoSpc)
            : step.Op == Nfs4Op.Verify && !canBeTakenBack ? new Fault.Answer(Nfs4Stat.NotSame)
            : null;

        var failure = (await Assert.ThrowsAsync<StorageFullException>(() => store.AppendAllBytesAsync("log", new byte[6_000_000])))!;

        server.Script = null;
        Assert.That(failure.MayHaveTakenEffect, Is.EqualTo(!canBeTakenBack));
        Assert.That(failure.Message, canBeTakenBack ? Does.Not.Contain("are at the end") : Does.Contain("are at the end of the file"));
        Assert.That((await store.GetInfoAsync("log"))!.Length, canBeTakenBack ? Is.EqualTo(6) : Is.GreaterThan(6));
    }

    private static async Task AppendAsync(params IServiceProvider[] stores) =>
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var store = stores[caller % stores.Length].GetRequiredService<IShardedFileStore>();
            for (var i = 0; i < Appends; i++)
            {
                await store.AppendAllTextAsync("log", $"{caller}-{i}\n");
            }
        })));

    private static void Check(string log)
    {
        var expected = from caller in Enumerable.Range(0, Callers) from i in Enumerable.Range(0, Appends) select $"{caller}-{i}";
        Assert.That(log.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EquivalentTo(expected));
    }

    private static ServiceProvider DirectNfs(ScriptedServer server) =>
        new ServiceCollection()
            .AddEfsSharding(o => AddTargets(o))
            .UseDirectNfs(o => o.Port = server.Port, tls => tls.Enabled = false)
            .Services.BuildServiceProvider();

    private static ServiceProvider Local(string root) =>
        new ServiceCollection().AddEfsSharding(o => AddTargets(o)).UseLocalDirectories(root).Services.BuildServiceProvider();

    private static void AddTargets(EfsShardingOptions options)
    {
        options.OperationTimeout = TimeSpan.FromSeconds(60);
        for (var i = 1; i <= 2; i++)
        {
            options.DefaultTargets.Add(new MountTarget { MountTargetId = $"fsmt-{i}", FileSystemId = "fs-append", IpAddress = $"127.0.0.{i}" });
        }
    }
}
