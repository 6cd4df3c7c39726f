using EfsSharding.Access;
using EfsSharding.DependencyInjection;
using EfsSharding.DependencyInjection.Configuration;
using EfsSharding.Storage;
using Microsoft.Extensions.Configuration;
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
    /// <returns>A builder that says how the targets are reached; if none is chosen, the store detects it.</returns>
    public static EfsShardingBuilder AddEfsSharding(this IServiceCollection services) => services.AddEfsSharding(static _ => { });

    /// <summary>Registers the unnamed store as a singleton <see cref="IShardedFileStore"/>. It starts with the host, or else on first use.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder that says how the targets are reached; if none is chosen, the store detects it.</returns>
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
    /// <returns>A builder that says how the targets are reached; if none is chosen, the store detects it.</returns>
    public static EfsShardingBuilder AddEfsSharding(this IServiceCollection services, string name, Action<EfsShardingOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var builder = Register(services, name, configure);
        services.TryAddKeyedSingleton<IShardedFileStore>(
            name, static (p, key) => p.GetRequiredKeyedService<ShardedFileStore>(key));
        return builder;
    }

    /// <summary>
    /// Registers the unnamed store with what a configuration section says, for example <c>builder.Configuration.GetSection("EfsSharding")</c>: the options of the store
    /// by name, <c>Access</c> (<c>auto</c>, <c>kernel</c>, <c>premounted</c>, <c>direct</c> or <c>local</c>), and the options of each way in a section of its own:
    /// <c>KernelMount</c>, <c>Premounted</c>, <c>DirectNfs</c>, <c>DirectNfsTls</c>, <c>LocalDirectory</c>. Needs no reflection. What is no option, or cannot be
    /// read, is an error at the start that names the key. Read once, when the store is made.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section.</param>
    /// <returns>A builder; what is said there goes before the section's <c>Access</c>.</returns>
    public static EfsShardingBuilder AddEfsSharding(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var store = new StoreSection(section);
        return services.AddEfsSharding(options => store.Apply(Options.DefaultName, options)).UseSection(store);
    }

    /// <summary>Registers a store under a name with what a configuration section says; see <see cref="AddEfsSharding(IServiceCollection, IConfiguration)"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The key, which is also the name of the options.</param>
    /// <param name="section">The section.</param>
    /// <returns>A builder; what is said there goes before the section's <c>Access</c>.</returns>
    public static EfsShardingBuilder AddEfsSharding(this IServiceCollection services, string name, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var store = new StoreSection(section);
        return services.AddEfsSharding(name, options => store.Apply(name, options)).UseSection(store);
    }

    private static EfsShardingBuilder UseSection(this EfsShardingBuilder builder, StoreSection store)
    {
        if (store.OffersDirectNfs)
        {
            builder.AddDirectNfs(options => store.Apply(builder.Name, options), options => store.Apply(builder.Name, options));
        }

        builder.AddMountingOptions(options => store.Apply(builder.Name, options), options => store.Apply(builder.Name, options));
        return store.Access switch
        {
            StoreAccess.Kernel => builder.UseKernelMounts(),
            StoreAccess.Premounted => builder.UsePremountedVolumes(_ => { }),
            StoreAccess.Direct => builder.UseDirectNfs(),
            StoreAccess.Local when store.LocalRoot is { Length: > 0 } root => builder.UseLocalDirectories(root),
            _ => builder,
        };
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
