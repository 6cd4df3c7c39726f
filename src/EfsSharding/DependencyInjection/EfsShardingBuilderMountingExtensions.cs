using EfsSharding.Access;
using EfsSharding.DependencyInjection;
using EfsSharding.Volumes.Directories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EfsSharding;

/// <summary>Says that a store reaches its targets through volumes that are mounted on this machine.</summary>
public static class EfsShardingBuilderMountingExtensions
{
    /// <summary>Mounts the targets with the kernel of this machine, at <c>/mnt/efs-0</c>, <c>/mnt/efs-1</c> and so on. Takes CAP_SYS_ADMIN.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the defaults.</param>
    public static EfsShardingBuilder UseKernelMounts(this EfsShardingBuilder builder, Action<KernelMountOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddMountingOptions(configure, configurePremounted: null);
        return builder.UseMounter((services, volumes) => CreateKernel(services, builder.Name, volumes));
    }

    /// <summary>Uses volumes that the platform or an operator mounted, as on Lambda and Fargate. Never mounts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Says where they are.</param>
    public static EfsShardingBuilder UsePremountedVolumes(this EfsShardingBuilder builder, Action<PremountedOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.AddMountingOptions(configureKernel: null, configure);
        return builder.UseMounter((services, volumes) => CreatePremounted(services, builder.Name, volumes));
    }

    /// <summary>
    /// Chooses for each target: a volume that is mounted, else a kernel mount when this process may make one, else direct NFS. The
    /// log says which and why.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configurePremounted">Says where volumes are that cannot be found by the address in the table of mounts.</param>
    /// <param name="configureKernel">Changes the defaults of kernel mounts.</param>
    public static EfsShardingBuilder UseAutomaticAccess(
        this EfsShardingBuilder builder, Action<PremountedOptions>? configurePremounted = null, Action<KernelMountOptions>? configureKernel = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddMountingOptions(configureKernel, configurePremounted);
        return builder.UseMounter((services, volumes) => CreateAutomatic(services, builder.Name, volumes));
    }

    /// <summary>What a store uses of which nothing was said.</summary>
    internal static AutoMounter CreateAutomatic(IServiceProvider services, string name, IDirectoryVolumeFactory volumes) => new(
        CreatePremounted(services, name, volumes),
        CreateKernel(services, name, volumes),
        services.GetKeyedService<DirectNfsRegistration>(name)?.Create(services),
        KernelOptionsOf(services, name),
        new ProcFileSystem(),
        File.Exists,
        LoggerOf<AutoMounter>(services));

    internal static void AddMountingOptions(
        this EfsShardingBuilder builder, Action<KernelMountOptions>? configureKernel, Action<PremountedOptions>? configurePremounted)
    {
        var services = builder.Services;
        services.AddOptions<KernelMountOptions>(builder.Name).Configure(configureKernel ?? (_ => { })).ValidateOnStart();
        services.AddOptions<PremountedOptions>(builder.Name).Configure(configurePremounted ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KernelMountOptions>, KernelMountOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PremountedOptions>, PremountedOptionsValidator>());
    }

    private static KernelMounter CreateKernel(IServiceProvider services, string name, IDirectoryVolumeFactory volumes)
    {
        var timeProvider = services.GetRequiredService<TimeProvider>();
        return new KernelMounter(
            KernelOptionsOf(services, name),
            volumes,
            new ProcessCommandRunner(timeProvider),
            new ProcFileSystem(),
            new TcpReachability(timeProvider),
            timeProvider,
            LoggerOf<KernelMounter>(services));
    }

    private static PremountedMounter CreatePremounted(IServiceProvider services, string name, IDirectoryVolumeFactory volumes) =>
        new(services.GetRequiredService<IOptionsMonitor<PremountedOptions>>().Get(name), volumes, new ProcFileSystem());

    private static KernelMountOptions KernelOptionsOf(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<KernelMountOptions>>().Get(name);

    private static ILogger<T> LoggerOf<T>(IServiceProvider services) =>
        services.GetService<ILogger<T>>() ?? NullLogger<T>.Instance;
}
