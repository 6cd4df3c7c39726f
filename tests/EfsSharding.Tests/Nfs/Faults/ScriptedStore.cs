using System.Net;
using System.Text;
using EfsSharding.TestSupport.Scripted;
using EfsSharding.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>A store as an application registers it, over direct NFS and a scripted server, with a clock ten times as fast as the machine's.</summary>
internal sealed class ScriptedStore : IAsyncDisposable
{
    public static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(5);

    /// <summary>What an operation may take on the machine's clock: a timeout for each target, and room for a machine with other work.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServiceProvider _services;

    private ScriptedStore(ScriptedServer server, ServiceProvider services)
    {
        Server = server;
        _services = services;
    }

    public ScriptedServer Server { get; }

    public IShardedFileStore Store => _services.GetRequiredService<IShardedFileStore>();

    public static async Task<ScriptedStore> StartAsync(int targets = 1, FileLayout layout = FileLayout.Plain, PeerSettings? settings = null, int haste = 10)
    {
        var server = new ScriptedServer(settings);
        for (var number = 2; number <= targets; number++)
        {
            server.Listen(IPAddress.Parse($"127.0.0.{number}"));
        }

        // Old: nothing has happened in it lately.
        server.Tree.Root.Modified = DateTimeOffset.UtcNow - TimeSpan.FromHours(1);
        var map = StoreUnderTest.Map(fileSystems: 1, targets, layout);
        map = map with { MountTargets = [.. map.MountTargets.Select((t, i) => t with { IpAddress = $"127.0.0.{i + 1}" })] };
        var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(new HastyTime(haste))
            .AddEfsSharding(o => o.OperationTimeout = haste == 1 ? TimeSpan.FromSeconds(60) : OperationTimeout)
            .UseShardMapSource(_ => new Discovery.ScriptedShardMapSource("map") { Published = new ShardMapVersion { Map = map } })
            .UseDirectNfs(o => (o.Port, o.ConnectionsPerTarget) = (server.Port, 1), tls => tls.Enabled = false)
            .Services.BuildServiceProvider();
        var store = new ScriptedStore(server, services);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await store.Store.ExistsAsync("begins").WaitAsync(Patience);
                return store;
            }
            catch (TargetUnavailableException) when (attempt < 5)
            {
                // On the hasty clock a busy machine is a server that does not answer.
            }
        }
    }

    /// <summary>Puts a file there as another client would have long ago, in directories as old.</summary>
    public void Put(string path, string content)
    {
        var old = DateTimeOffset.UtcNow - TimeSpan.FromHours(1);
        Server.Tree.PutFile(path, Encoding.UTF8.GetBytes(content)).Modified = old;
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            Server.Tree.Find(path[..slash])!.Modified = old;
        }

        Server.Tree.Root.Modified = old;
    }

    /// <summary>What another client reads; null when there is no file.</summary>
    public string? Read(string path) => Server.Tree.Files().TryGetValue(path, out var bytes) ? Encoding.UTF8.GetString(bytes) : null;

    public async ValueTask DisposeAsync()
    {
        Server.Script = null;
        await _services.DisposeAsync();
        await Server.DisposeAsync();
    }

}
