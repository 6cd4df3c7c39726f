using EfsSharding.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
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
