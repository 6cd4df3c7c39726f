using System.Diagnostics.Metrics;
using Amazon.EC2;
using Amazon.SimpleSystemsManagement;
using EfsSharding.DependencyInjection;
using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Counting;
using EfsSharding.Scaling.Deciding;
using EfsSharding.Scaling.DependencyInjection;
using EfsSharding.Scaling.Diagnostics;
using EfsSharding.Scaling.Pipeline;
using EfsSharding.Scaling.Provisioning;
using EfsSharding.Scaling.Publishing;
using EfsSharding.Scaling.Rollout;
using EfsSharding.Volumes.Directories.Linux;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EfsSharding.Scaling;

/// <summary>Adds scaling to a host.</summary>
public static class EfsScalingServiceCollectionExtensions
{
    private const string DirectNfsOptionsName = "EfsSharding.Scaling";

    /// <summary>For one request. The first page of a very large directory can take seconds.</summary>
    private static readonly TimeSpan DirectNfsTimeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Adds <see cref="ScalingPipeline"/>. The AWS clients and the <see cref="IFileCounter"/> are made here unless they are registered already.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Sets the options; they are validated when the host starts, or with the first pipeline.</param>
    public static IServiceCollection AddEfsShardingScaling(this IServiceCollection services, Action<EfsScalingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<EfsScalingOptions>().Configure(configure)
            .PostConfigure(options => options.FileSystemId = ResourceNames.IdOf(options.FileSystemId)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EfsScalingOptions>, EfsScalingOptionsValidator>());
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IElasticFileSystem>(_ => new ElasticFileSystemClient(new ElasticFileSystemConfig()));
        services.TryAddSingleton<IElasticContainerService>(_ => new ElasticContainerServiceClient(new ElasticContainerServiceConfig()));
        services.TryAddSingleton<IAmazonEC2>(_ => new AmazonEC2Client());
        services.TryAddSingleton<IAmazonSimpleSystemsManagement>(_ => new AmazonSimpleSystemsManagementClient());
        services.TryAddSingleton(CreateCounter);
        services.TryAddSingleton(provider => new ScalingTelemetry(provider.GetRequiredService<IMeterFactory>()));
        services.TryAddSingleton(CreatePipeline);
        return services;
    }

    /// <summary>Runs the pipeline when the host starts and then at each <see cref="EfsScalingOptions.Interval"/>, one run at a time.</summary>
    /// <param name="services">The services of the host, with <see cref="AddEfsShardingScaling"/>.</param>
    public static IServiceCollection AddEfsShardingScalingSchedule(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddHostedService(provider => new ScheduledScaling(
            provider.GetRequiredService<ScalingPipeline>(),
            OptionsOf(provider),
            provider.GetRequiredService<TimeProvider>(),
            LoggerOf<ScheduledScaling>(provider)));
    }

    /// <summary>
    /// Counts over NFSv4.1 from within this process: nothing is mounted and no privilege is needed, only TCP port 2049 of a mount target of
    /// <see cref="EfsScalingOptions.FileSystemId"/>. <see cref="EfsScalingOptions.TargetDirectory"/> is a directory on the file system then.
    /// </summary>
    /// <param name="services">The services of the host, with or before <see cref="AddEfsShardingScaling"/>.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <param name="configureTls">Sets the access point and IAM, or turns TLS off, which is on by default.</param>
    public static IServiceCollection AddEfsShardingScalingDirectNfs(
        this IServiceCollection services, Action<DirectNfsOptions>? configure = null, Action<DirectNfsTlsOptions>? configureTls = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddDirectNfs(DirectNfsOptionsName, configure, configureTls);
        return services.Replace(ServiceDescriptor.Singleton<IFileCounter>(CreateDirectCounter));
    }

    private static EfsScalingOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<EfsScalingOptions>>().Value;

    private static ILogger<T> LoggerOf<T>(IServiceProvider provider) => provider.GetService<ILogger<T>>() ?? NullLogger<T>.Instance;

    private static IFileCounter CreateCounter(IServiceProvider provider)
    {
        var timeProvider = provider.GetRequiredService<TimeProvider>();
        return LinuxCalls.AreKnownHere
            ? new LinuxFileCounter(OptionsOf(provider).DirectoriesInFlight, timeProvider)
            : new ManagedFileCounter(timeProvider);
    }

    private static DirectNfsFileCounter CreateDirectCounter(IServiceProvider provider) => new(
        OptionsOf(provider).FileSystemId,
        OptionsOf(provider).DirectoriesInFlight,
        provider.GetRequiredService<IElasticFileSystem>(),
        provider.CreateDirectNfs(DirectNfsOptionsName, DirectNfsTimeout),
        provider.GetRequiredService<TimeProvider>(),
        LoggerOf<DirectNfsFileCounter>(provider));

    private static ScalingPipeline CreatePipeline(IServiceProvider provider)
    {
        var options = OptionsOf(provider);
        var efs = provider.GetRequiredService<IElasticFileSystem>();
        var timeProvider = provider.GetRequiredService<TimeProvider>();
        var parameter = new MapParameter(provider.GetRequiredService<IAmazonSimpleSystemsManagement>(), options, timeProvider);
        var stages = new ScalingStages(
            provider.GetRequiredService<IFileCounter>(),
            ScalingRule.Of(options),
            new SubnetCatalog(provider.GetRequiredService<IAmazonEC2>(), options),
            new MountTargetProvisioner(efs, options, timeProvider, LoggerOf<MountTargetProvisioner>(provider)),
            new MountTargetWait(efs, options, timeProvider, LoggerOf<MountTargetWait>(provider)),
            parameter,
            new MapPublisher(parameter, options, timeProvider, LoggerOf<MapPublisher>(provider)),
            new ServiceRollout(provider.GetRequiredService<IElasticContainerService>(), options, LoggerOf<ServiceRollout>(provider)));
        return new ScalingPipeline(
            options, efs, stages, provider.GetRequiredService<ScalingTelemetry>(), timeProvider, LoggerOf<ScalingPipeline>(provider));
    }
}
