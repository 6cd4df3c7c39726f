using System.Collections.Concurrent;
using System.Text;
using EfsSharding.TestSupport.Servers;
using EfsSharding.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Tests.Nfs;

/// <summary>The store over direct NFS on two file systems with three mount targets each: two servers, each reached at three addresses.</summary>
internal sealed class TwoFileSystemsTests
{
    private static readonly string[] Paths = [.. Enumerable.Range(0, 120).Select(i => $"customers/{i % 7}/{i}.json")];

    private readonly ConcurrentDictionary<string, string> _writtenThrough = [];
    private Dictionary<string, GaneshaServer> _servers = [];
    private ServiceProvider _services = null!;

    private IShardedFileStore Store => _services.GetRequiredService<IShardedFileStore>();

    [SetUp]
    public async Task StartAsync()
    {
        _servers = new() { ["fs-0"] = await GaneshaServer.StartAsync(), ["fs-1"] = await GaneshaServer.StartAsync() };
        _writtenThrough.Clear();
        _services = new ServiceCollection()
            .AddLogging()
            .AddEfsSharding(options =>
            {
                foreach (var (target, number) in StoreUnderTest.Map(fileSystems: 2, targetsOfEach: 3).MountTargets.Select((t, i) => (t, i)))
                {
                    options.DefaultTargets.Add(target with { IpAddress = $"127.0.0.{1 + (number % 3)}" });
                }

                options.OperationTimeout = TimeSpan.FromSeconds(3);
                options.MinRetryDelay = options.MaxRetryDelay = TimeSpan.FromMilliseconds(100);
            })
            .UseMounter((_, _) => new SwitchableMounter(new GaneshaMounter(_servers))
            {
                Before = (target, operation, write) =>
                {
                    if (operation == "write")
                    {
                        _writtenThrough[Encoding.UTF8.GetString(write!.Content.Bytes.Span)] = target;
                    }

                    return Task.CompletedTask;
                },
            })
            .Services.BuildServiceProvider();
    }

    [TearDown]
    public async Task StopAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }
    }

    [Test]
    public async Task Files_land_where_their_routes_say()
    {
        await WriteAllAsync(Paths);

        Assert.That(Paths.Select(p => Store.Locate(p).MountTargetId).Distinct().Count(), Is.EqualTo(6));
        foreach (var path in Paths)
        {
            var place = Store.Locate(path);
            Assert.That(_writtenThrough[path], Is.EqualTo(place.MountTargetId));
            Assert.That(OnServer(place.FileSystemId, path), Is.EqualTo(path));
            Assert.That(OnServer(Other(place.FileSystemId), path), Is.Null);
            Assert.That(await Store.ReadAllTextAsync(path), Is.EqualTo(path));
        }

        Assert.That(await Store.EnumerateAsync("customers").ToListAsync(), Is.EquivalentTo(Paths));
    }

    [Test]
    public async Task A_file_system_that_is_down_takes_only_its_own_files_with_it()
    {
        await WriteAllAsync(Paths[..60]);
        _servers["fs-1"].Kill();

        foreach (var path in Paths[30..90])
        {
            if (Store.Locate(path).FileSystemId == "fs-0")
            {
                await Store.WriteAllTextAsync(path, path);
                Assert.That(await Store.ReadAllTextAsync(path), Is.EqualTo(path));
                continue;
            }

            await Assert.ThatAsync(() => Store.WriteAllTextAsync(path, "lost"), Throws.TypeOf<TargetUnavailableException>().With.Message.Contains("fs-1"));
            await Assert.ThatAsync(() => Store.ReadAllTextAsync(path), Throws.TypeOf<TargetUnavailableException>().With.Message.Contains("fs-1"));
            Assert.That(OnServer("fs-0", path), Is.Null);
        }

        await _servers["fs-1"].ResumeAsync();
        var again = Paths.First(p => Store.Locate(p).FileSystemId == "fs-1");
        Assert.That(() => Serves(again), Is.True.After(20_000, 100));
        await WriteAllAsync(Paths);
        foreach (var path in Paths)
        {
            Assert.That(await Store.ReadAllTextAsync(path), Is.EqualTo(path));
        }
    }

    private static string Other(string fileSystemId) => fileSystemId == "fs-0" ? "fs-1" : "fs-0";

    private Task WriteAllAsync(IEnumerable<string> paths) => Task.WhenAll(paths.Select(path => Store.WriteAllTextAsync(path, path)));

    private string? OnServer(string fileSystemId, string path)
    {
        var file = Path.Join(_servers[fileSystemId].Export, path);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    private bool Serves(string path)
    {
        try
        {
            return Store.ReadAllTextAsync(path).GetAwaiter().GetResult() == path;
        }
        catch (TargetUnavailableException)
        {
            return false;
        }
    }
}
