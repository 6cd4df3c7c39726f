using System.Globalization;
using System.Text;
using EfsSharding.TestSupport.Scripted;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Tests.Nfs;

/// <summary>Changes on the condition that a file is of a certain version, through stores.</summary>
internal sealed class StoreConditionTests
{
    [Test]
    public async Task Updates_of_several_stores_all_count([Values] bool overNfs)
    {
        const int Callers = 4;
        const int Each = 25;
        var root = Directory.CreateTempSubdirectory("efs-sharding-tests-").FullName;
        await using var server = new ScriptedServer();
        try
        {
            await using var one = Services(server, overNfs ? null : root);
            await using var two = Services(server, overNfs ? null : root);
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
            {
                var store = (caller % 2 == 0 ? one : two).GetRequiredService<IShardedFileStore>();
                for (var i = 0; i < Each; i++)
                {
                    await store.UpdateAsync("count", Increment);
                }
            })));

            Assert.That(await one.GetRequiredService<IShardedFileStore>().ReadAllTextAsync("count"), Is.EqualTo((Callers * Each).ToString(CultureInfo.InvariantCulture)));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Test]
    public async Task A_refused_condition_says_what_is_there([Values] bool overNfs)
    {
        var root = Directory.CreateTempSubdirectory("efs-sharding-tests-").FullName;
        await using var server = new ScriptedServer();
        try
        {
            await using var services = Services(server, overNfs ? null : root);
            var store = services.GetRequiredService<IShardedFileStore>();
            await store.WriteAllTextAsync("d/file", "one");
            var first = (await store.GetInfoAsync("d/file"))!.Version!;
            await store.ReplaceIfUnchangedAsync("d/file", "two"u8.ToArray(), first);
            var present = (await store.GetInfoAsync("d/file"))!.Version;

            var refused = (await Assert.ThrowsAsync<VersionMismatchException>(() => store.ReplaceIfUnchangedAsync("d/file", "three"u8.ToArray(), first)))!;
            Assert.That((refused.Path, refused.PresentVersion, refused.MayHaveTakenEffect), Is.EqualTo(("d/file", present, false)));
            Assert.That(refused.Message, Does.Contain("'d/file'"));
            Assert.That(() => store.DeleteIfUnchangedAsync("d/file", first), Throws.TypeOf<VersionMismatchException>());
            Assert.That(() => store.DeleteIfUnchangedAsync("d/file", "W/\"1\""), Throws.ArgumentException);
            Assert.That(await store.ReadAllTextAsync("d/file"), Is.EqualTo("two"));

            await store.DeleteIfUnchangedAsync("d/file", present!);
            Assert.That(await store.ExistsAsync("d/file"), Is.False);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Test]
    public async Task A_small_conditional_change_takes_one_round_trip_once_the_lock_file_is_open()
    {
        await using var server = new ScriptedServer();
        await using var services = Services(server, root: null);
        var store = services.GetRequiredService<IShardedFileStore>();
        await store.WriteAllTextAsync("file", "0");
        for (var i = 0; i < 3; i++)
        {
            var version = (await store.GetInfoAsync("file"))!.Version!;
            var before = server.Compounds.Count;
            await store.ReplaceIfUnchangedAsync("file", Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)), version);
            if (i > 0)
            {
                Assert.That(server.Compounds.Count - before, Is.EqualTo(1));
                Assert.That(server.Compounds.Last(), Has.Count.EqualTo(16));
            }
        }
    }

    [Test]
    public async Task An_append_takes_one_round_trip_where_the_end_is_known_and_two_where_it_is_not()
    {
        await using var server = new ScriptedServer();
        await using var services = Services(server, root: null);
        var store = services.GetRequiredService<IShardedFileStore>();
        await store.WriteAllTextAsync("log", "0");
        await store.AppendAllTextAsync("log", "1");
        var before = server.Compounds.Count;

        await store.AppendAllTextAsync("log", "2");
        Assert.That(server.Compounds.Count - before, Is.EqualTo(1));

        server.Tree.PutFile("log", [.. server.Tree.Find("log")!.Content, (byte)'x']);
        before = server.Compounds.Count;
        await store.AppendAllTextAsync("log", "3");
        Assert.That(server.Compounds.Count - before, Is.EqualTo(2));
        Assert.That(await store.ReadAllTextAsync("log"), Is.EqualTo("012x3"));
    }

    private static ReadOnlyMemory<byte> Increment(ReadOnlyMemory<byte>? present)
    {
        var count = present is { } bytes ? int.Parse(Encoding.ASCII.GetString(bytes.Span), CultureInfo.InvariantCulture) : 0;
        return Encoding.ASCII.GetBytes((count + 1).ToString(CultureInfo.InvariantCulture));
    }

    private static ServiceProvider Services(ScriptedServer server, string? root)
    {
        var builder = new ServiceCollection().AddEfsSharding(options =>
        {
            options.OperationTimeout = TimeSpan.FromSeconds(60);
            options.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-condition", IpAddress = "127.0.0.1" });
        });
        builder = root is null ? builder.UseDirectNfs(o => o.Port = server.Port, tls => tls.Enabled = false) : builder.UseLocalDirectories(root);
        return builder.Services.BuildServiceProvider();
    }
}
