using EfsSharding.Access;
using EfsSharding.DependencyInjection;
using EfsSharding.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EfsSharding;

/// <summary>Registers stores.</summary>
public static class EfsShardingServiceCollectionExtensions
{
    /// <summary>Registers the unnamed store with options that are set elsewhere, for example bound to configuration.</summary>
    /// <param name="services">The services.</param>
    /// <returns>A builder that says how the targets are reached; without a word from it the store finds out by itself.</returns>
    public static EfsShardingBuilder AddEfsSharding(this IServiceCollection services) => services.AddEfsSharding(static _ => { });

    /// <summary>Registers the unnamed store as a singleton <see cref="IShardedFileStore"/>. It starts with the host, or else on first use.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder that says how the targets are reached; without a word from it the store finds out by itself.</returns>
    public static EfsShardingBuilder AddEfsSharding(this IServiceCollection services, Action<EfsShardingOptions> configure)
    {
        var builder = Register(services, Options.DefaultName, configure);
        services.TryAddSingleton<IShardedFileStore>(static p => p.GetRequiredKeyedService<ShardedFileStore>(Options.DefaultName));
        return builder;
    }

    /// <summary>Registers a store under a name, as a keyed singleton <see cref="IShardedFileStore"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The key, which is also the name of the options.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder that says how the targets are reached; without a word from it the store finds out by itself.</returns>
    public static EfsShardingBuilder AddEfsSharding(this IServiceCollection services, string name, Action<EfsShardingOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var builder = Register(services, name, configure);
        services.TryAddKeyedSingleton<IShardedFileStore>(
            name, static (p, key) => p.GetRequiredKeyedService<ShardedFileStore>(key));
        return builder;
    }

    private static EfsShardingBuilder Register(IServiceCollection services, string name, Action<EfsShardingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EfsShardingOptions>, EfsShardingOptionsValidator>());
        // Options of ways that nothing was said of may be configured all the same, and the automatic choice goes by them.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KernelMountOptions>, KernelMountOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PremountedOptions>, PremountedOptionsValidator>());
        services.AddOptionsWithValidateOnStart<EfsShardingOptions>(name).Configure(configure);
        services.TryAddKeyedSingleton(name, static (p, key) => StoreFactory.Create(p, (string)key!));
        if (!services.Any(s => s.IsKeyedService && s.ServiceType == typeof(StoreHostedService) && name.Equals(s.ServiceKey)))
        {
            services.AddKeyedSingleton(name, (p, _) => new StoreHostedService(p.GetRequiredKeyedService<ShardedFileStore>(name).Targets, OptionsOf(p, name), p.GetRequiredService<TimeProvider>()));
            services.AddSingleton<IHostedService>(p => p.GetRequiredKeyedService<StoreHostedService>(name));
        }

        return new EfsShardingBuilder(services, name);
    }

    private static EfsShardingOptions OptionsOf(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<EfsShardingOptions>>().Get(name);
}
