using System.Diagnostics.Metrics;
using Amazon.SimpleSystemsManagement;
using EfsSharding.Access;
using EfsSharding.Diagnostics;
using EfsSharding.Discovery;
using EfsSharding.Discovery.Zones;
using EfsSharding.Storage;
using EfsSharding.Storage.Listing;
using EfsSharding.Targets;
using EfsSharding.Validation;
using EfsSharding.Volumes.Directories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EfsSharding.DependencyInjection;

/// <summary>Puts one store together from what is registered.</summary>
internal static class StoreFactory
{
    public static ShardedFileStore Create(IServiceProvider services, string name)
    {
        var options = services.GetRequiredService<IOptionsMonitor<EfsShardingOptions>>().Get(name);
        var timeProvider = services.GetRequiredService<TimeProvider>();
        var loggers = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        var volumes = new DirectoryVolumeFactory(options, timeProvider, static path => MountTable.Parse(new ProcFileSystem().Read("self/mountinfo")).InstanceAt(path));
        var mounter = services.GetKeyedService<MounterRegistration>(name)?.Create(services, volumes)
            ?? EfsShardingBuilderMountingExtensions.CreateAutomatic(services, name, volumes);
        var (source, fallback) = Sources(services, name, options);
        var targets = new StoreTargets(source, fallback, mounter, options, timeProvider, loggers, ZoneOf(options, timeProvider, loggers));
        var metrics = new StoreMetrics(name, services.GetRequiredService<IMeterFactory>(), timeProvider, () => targets.InUse);
        return new ShardedFileStore(targets, metrics, options, timeProvider, new ListingLog(loggers.CreateLogger<ListingLog>()));
    }

    private static ClientZone? ZoneOf(EfsShardingOptions options, TimeProvider timeProvider, ILoggerFactory loggers) =>
        options.MountTargetOrder == MountTargetOrder.ByHash
            ? null
            : new ClientZone(
                options.AvailabilityZone,
                [new TaskMetadataZone(Environment.GetEnvironmentVariable(TaskMetadataZone.Variable)), new InstanceMetadataZone()],
                timeProvider,
                loggers.CreateLogger<ClientZone>());

    private static (IShardMapSource Source, IShardMapSource? Fallback) Sources(IServiceProvider services, string name, EfsShardingOptions options)
    {
        var defaults = options.DefaultTargets.Count > 0 ? new FixedShardMapSource(options.DefaultTargets, options.DefaultLayout, isStandIn: true) : null;
        if (services.GetKeyedService<IShardMapSource>(name) is { } own)
        {
            return (new CheckedShardMapSource(own), defaults);
        }

        if (options.ParameterName is { } parameterName)
        {
            return (new SsmShardMapSource(() => services.GetService<IAmazonSimpleSystemsManagement>() ?? new AmazonSimpleSystemsManagementClient(), parameterName), defaults);
        }

        return defaults is not null
            ? (new FixedShardMapSource(options.DefaultTargets, options.DefaultLayout), null)
            : throw new OptionsValidationException(name, typeof(EfsShardingOptions),
                [$"{OptionsFailures.Subject(name)}EfsShardingOptions.ParameterName is null and DefaultTargets is empty; set one of them, or call UseShardMapSource: the store has no shard map."]);
    }
}
