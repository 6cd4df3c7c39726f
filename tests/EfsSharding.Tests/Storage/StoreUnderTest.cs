using EfsSharding.Access;
using EfsSharding.Storage;
using EfsSharding.Targets;
using EfsSharding.Tests.Discovery;
using EfsSharding.Tests.Mounting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace EfsSharding.Tests.Storage;

/// <summary>A store as AddEfsSharding makes it, over local directories, with a map and mount targets that a test changes.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly bool _ownsRoot;

    public StoreUnderTest(ShardMap map, Action<EfsShardingOptions>? configure = null, string? root = null)
    {
        _ownsRoot = root is null;
        Root = root ?? Directory.CreateTempSubdirectory("efs-sharding-tests-").FullName;
        Source = new ScriptedShardMapSource("/efs/map") { Published = new ShardMapVersion { Map = map } };
        _services = new ServiceCollection()
            .AddLogging(l => l.Services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(Logs)))
            .AddSingleton<TimeProvider>(Time)
            .AddEfsSharding(configure ?? (_ => { }))
            .UseShardMapSource(_ => Source)
            .UseMounter((_, volumes) => Mounter = new SwitchableMounter(new LocalDirectoryMounter(new LocalDirectoryOptions { Root = Root }, volumes)))
            .Services.BuildServiceProvider();
        Targets = _services.GetRequiredKeyedService<ShardedFileStore>("").Targets;
    }

    public IServiceProvider Services => _services;

    public string Root { get; }

    public RecordingTimeProvider Time { get; } = new();

    public FakeLogCollector Logs { get; } = new();

    public ScriptedShardMapSource Source { get; }

    public SwitchableMounter Mounter { get; private set; } = null!;

    public StoreTargets Targets { get; }

    public IShardedFileStore Store => _services.GetRequiredService<IShardedFileStore>();

    /// <summary>A map of equal targets: <c>fsmt-0-0</c>, <c>fsmt-0-1</c> … of <c>fs-0</c>, and so on.</summary>
    public static ShardMap Map(int fileSystems, int targetsOfEach, FileLayout layout = FileLayout.Plain) => new()
    {
        Revision = 1,
        Layout = layout,
        FileSystems = [.. Enumerable.Range(0, fileSystems).Select(f => new FileSystem { FileSystemId = $"fs-{f}" })],
        MountTargets = [.. from f in Enumerable.Range(0, fileSystems)
                           from t in Enumerable.Range(0, targetsOfEach)
                           select new MountTarget { MountTargetId = $"fsmt-{f}-{t}", FileSystemId = $"fs-{f}" }],
    };

    public static async Task<StoreUnderTest> StartAsync(ShardMap map, Action<EfsShardingOptions>? configure = null, string? root = null)
    {
        var store = new StoreUnderTest(map, configure, root);
        await store.Targets.StartAsync(CancellationToken.None);
        return store;
    }

    /// <summary>Publishes a map and has the store look.</summary>
    public async Task PublishAsync(ShardMap map)
    {
        Source.Published = new ShardMapVersion { Map = map };
        await Targets.RefreshAsync(CancellationToken.None);
    }

    /// <summary>A path that belongs to a file system.</summary>
    public string PathOn(string fileSystemId, string prefix = "file") =>
        Enumerable.Range(0, 100_000).Select(i => $"{prefix}-{i}").First(p => Store.Locate(p).FileSystemId == fileSystemId);

    public string OnDisk(string fileSystemId, string physicalPath) => Path.Join(Root, fileSystemId, physicalPath);

    public void PutOnDisk(string fileSystemId, string physicalPath, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(OnDisk(fileSystemId, physicalPath))!);
        File.WriteAllText(OnDisk(fileSystemId, physicalPath), content);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_ownsRoot)
        {
            Directory.Delete(Root, recursive: true);
        }
    }
}
