using EfsSharding.Tests.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace EfsSharding.Tests.DependencyInjection;

internal sealed class AddEfsShardingTests
{
    [Test]
    public async Task Named_stores_are_keyed_services_with_files_of_their_own()
    {
        var root = Directory.CreateTempSubdirectory("efs-sharding-tests-").FullName;
        await using (var services = new ServiceCollection()
            .AddEfsSharding("images", AddTarget).UseLocalDirectories(Path.Join(root, "images")).Services
            .AddEfsSharding("letters", AddTarget).UseLocalDirectories(Path.Join(root, "letters")).Services
            .BuildServiceProvider())
        {
            var images = services.GetRequiredKeyedService<IShardedFileStore>("images");
            await images.WriteAllTextAsync("file", "image");

            Assert.That(await services.GetRequiredKeyedService<IShardedFileStore>("letters").ExistsAsync("file"), Is.False);
            Assert.That(services.GetRequiredKeyedService<IShardedFileStore>("images"), Is.SameAs(images));
            Assert.That(services.GetService<IShardedFileStore>(), Is.Null);
        }

        Directory.Delete(root, recursive: true);

        static void AddTarget(EfsShardingOptions options) => options.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1" });
    }

    [TestCase(nameof(EfsShardingOptions.ParameterName))]
    [TestCase(nameof(EfsShardingOptions.RefreshInterval))]
    [TestCase(nameof(EfsShardingOptions.OperationTimeout))]
    [TestCase(nameof(EfsShardingOptions.MountTimeout))]
    [TestCase(nameof(EfsShardingOptions.MinRetryDelay))]
    [TestCase(nameof(EfsShardingOptions.MaxRetryDelay))]
    [TestCase(nameof(EfsShardingOptions.MaxConcurrentOperationsPerTarget))]
    [TestCase(nameof(EfsShardingOptions.RoutingRule))]
    [TestCase(nameof(EfsShardingOptions.DefaultTargets))]
    public void A_wrong_option_is_named(string option)
    {
        using var services = new ServiceCollection().AddEfsSharding(o => Spoil(o, option)).Services.BuildServiceProvider();

        Assert.That(
            () => services.GetRequiredService<IOptionsMonitor<EfsShardingOptions>>().Get(Options.DefaultName),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains(option));
    }

    [Test]
    public async Task Health_follows_the_targets()
    {
        await using var test = new StoreUnderTest(StoreUnderTest.Map(2, 2));
        await using var health = new ServiceCollection()
            .AddLogging()
            .AddKeyedSingleton("", test.Services.GetRequiredKeyedService<EfsSharding.Storage.ShardedFileStore>(""))
            .AddHealthChecks().AddEfsSharding().Services.BuildServiceProvider();
        Assert.That(await StatusAsync(), Is.EqualTo(HealthStatus.Unhealthy), "not started");

        await test.Targets.StartAsync(CancellationToken.None);
        Assert.That(await StatusAsync(), Is.EqualTo(HealthStatus.Healthy));
        test.Mounter.SwitchOff("fsmt-0-0");
        await TouchAsync();
        Assert.That(await StatusAsync(), Is.EqualTo(HealthStatus.Degraded));
        test.Mounter.SwitchOff("fsmt-0-1");
        await TouchAsync();
        Assert.That(
            SpinWait.SpinUntil(() => !test.Targets.InUse!.Serves("fs-0"), TimeSpan.FromSeconds(20)), Is.True);
        Assert.That(await StatusAsync(), Is.EqualTo(HealthStatus.Unhealthy));

        async Task<HealthStatus> StatusAsync() => (await health.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;

        async Task TouchAsync()
        {
            for (var i = 0; i < 40; i++)
            {
                try
                {
                    await test.Store.ExistsAsync($"file-{i}");
                }
                catch (TargetUnavailableException e)
                {
                    Assert.That(e.FileSystemId, Is.EqualTo("fs-0"));
                }
            }
        }
    }

    [TestCase(nameof(EfsShardingOptions.RefreshInterval))]
    [TestCase(nameof(EfsShardingOptions.OperationTimeout))]
    [TestCase(nameof(EfsShardingOptions.MountTimeout))]
    [TestCase(nameof(EfsShardingOptions.MinRetryDelay))]
    [TestCase(nameof(EfsShardingOptions.MaxRetryDelay))]
    public void A_number_that_configuration_takes_for_days_is_refused_with_store_option_value_and_what_would_be_right(string option)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(option, "60")]).Build();
        using var services = new ServiceCollection().AddEfsSharding("images", configuration.Bind).Services.BuildServiceProvider();

        Assert.That(
            () => services.GetRequiredService<IOptionsMonitor<EfsShardingOptions>>().Get("images"),
            Throws.TypeOf<OptionsValidationException>()
                .With.Message.Contains($"Store 'images': EfsShardingOptions.{option} is 60.00:00:00 (60 days); it must be").And.Message.Contains("00:00:30 for 30 seconds"));
    }

    [Test]
    public async Task The_longest_times_that_pass_can_be_used()
    {
        var root = Directory.CreateTempSubdirectory("efs-sharding-tests-").FullName;
        await using (var services = new ServiceCollection()
            .AddEfsSharding(o =>
            {
                o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1" });
                o.RefreshInterval = TimeSpan.FromDays(1);
                o.OperationTimeout = o.MountTimeout = o.MinRetryDelay = o.MaxRetryDelay = TimeSpan.FromHours(1);
            })
            .UseLocalDirectories(root).Services.BuildServiceProvider())
        {
            var service = (BackgroundService)services.GetServices<IHostedService>().Single();
            await service.StartAsync(CancellationToken.None);
            await services.GetRequiredService<IShardedFileStore>().WriteAllTextAsync("file", "text");
            await service.StopAsync(CancellationToken.None);
            Assert.That(service.ExecuteTask!.Exception, Is.Null);
        }

        Directory.Delete(root, recursive: true);
    }

    [Test]
    public async Task A_container_is_disposed_of_synchronously_too_and_its_refresher_ends_without_a_fault()
    {
        var root = Directory.CreateTempSubdirectory("efs-sharding-tests-").FullName;
        var logs = new FakeLogCollector();
        var provider = new ServiceCollection()
            .AddLogging(l => l.Services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(logs)))
            .AddEfsSharding(o => o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1" }))
            .UseLocalDirectories(root).Services.BuildServiceProvider();
        var service = (BackgroundService)provider.GetServices<IHostedService>().Single();
        await service.StartAsync(CancellationToken.None);
        var store = provider.GetRequiredService<IShardedFileStore>();
        await store.WriteAllTextAsync("file", "text");

        provider.Dispose();

        Assert.That(() => store.ExistsAsync("file"), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(logs.GetSnapshot().Where(r => r.Level >= LogLevel.Warning), Is.Empty);
        Directory.Delete(root, recursive: true);
    }

    [Test]
    public async Task A_store_that_is_registered_twice_has_one_refresher([Values("", "images")] string name)
    {
        var services = new ServiceCollection();
        for (var i = 0; i < 2; i++)
        {
            var builder = name.Length == 0 ? services.AddEfsSharding(AddTarget) : services.AddEfsSharding(name, AddTarget);
            builder.UseLocalDirectories(Path.GetTempPath());
        }

        services.AddEfsSharding("other", o => o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-2", FileSystemId = "fs-2" })).UseLocalDirectories(Path.GetTempPath());
        await using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetServices<IHostedService>().Count(), Is.EqualTo(2));

        static void AddTarget(EfsShardingOptions options)
        {
            if (options.DefaultTargets.Count == 0)
            {
                options.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1" });
            }
        }
    }

    [TestCase("", "the unnamed store")]
    [TestCase("imagse", "'imagse'")]
    public void A_health_check_of_a_store_that_is_not_there_fails_at_the_start(string name, string named)
    {
        using var services = new ServiceCollection()
            .AddEfsSharding("images", _ => { }).Services
            .AddHealthChecks().AddEfsSharding(name).Services.BuildServiceProvider();

        Assert.That(
            () => services.GetRequiredService<IStartupValidator>().Validate(),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains(named));
    }

    [Test]
    public async Task A_map_of_a_source_of_the_user_s_own_is_held_to_the_rules_of_a_document([Values(0, 1, 2, 3, 4, 5)] int broken)
    {
        var map = StoreUnderTest.Map(1, 1);
        await using var test = new StoreUnderTest(broken switch
        {
            0 => null!,
            1 => map with { MountTargets = [] },
            2 => map with { MountTargets = [map.MountTargets[0], map.MountTargets[0]] },
            3 => map with { MountTargets = [map.MountTargets[0] with { Weight = 101 }] },
            4 => map with { FileSystems = [map.FileSystems[0] with { State = FileSystemState.Draining }] },
            _ => map with { FileSystems = [], Layout = (FileLayout)7 },
        });

        await Assert.ThatAsync(() => test.Targets.StartAsync(CancellationToken.None), Throws.TypeOf<ShardMapFormatException>().With.Message.Contains("'/efs/map'"));
    }

    [Test]
    public void A_store_without_a_map_says_what_to_set()
    {
        using var services = new ServiceCollection().AddEfsSharding("images", _ => { }).Services.BuildServiceProvider();

        Assert.That(() => services.GetKeyedService<IShardedFileStore>("images"),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("Store 'images'").And.Message.Contains("ParameterName").And.Message.Contains("DefaultTargets"));
    }

    private static void Spoil(EfsShardingOptions options, string option)
    {
        switch (option)
        {
            case nameof(EfsShardingOptions.ParameterName): options.ParameterName = " "; break;
            case nameof(EfsShardingOptions.RefreshInterval): options.RefreshInterval = TimeSpan.Zero; break;
            case nameof(EfsShardingOptions.OperationTimeout): options.OperationTimeout = TimeSpan.FromSeconds(-1); break;
            case nameof(EfsShardingOptions.MountTimeout): options.MountTimeout = TimeSpan.Zero; break;
            case nameof(EfsShardingOptions.MinRetryDelay): options.MinRetryDelay = TimeSpan.Zero; break;
            case nameof(EfsShardingOptions.MaxRetryDelay): options.MaxRetryDelay = options.MinRetryDelay / 2; break;
            case nameof(EfsShardingOptions.MaxConcurrentOperationsPerTarget): options.MaxConcurrentOperationsPerTarget = 0; break;
            case nameof(EfsShardingOptions.RoutingRule): options.RoutingRule = (RoutingRule)7; break;
            default: options.DefaultTargets.Add(new MountTarget { MountTargetId = "", FileSystemId = "fs-1" }); break;
        }
    }
}
