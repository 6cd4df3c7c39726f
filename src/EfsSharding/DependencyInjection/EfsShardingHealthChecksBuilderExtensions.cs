using EfsSharding.Diagnostics;
using EfsSharding.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace EfsSharding;

/// <summary>Registers the health check of a store.</summary>
public static class EfsShardingHealthChecksBuilderExtensions
{
    /// <summary>Adds a check that is degraded while some mount target does not serve, and unhealthy while a file system has none that does.</summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="storeName">The store's name; the empty string for the unnamed one.</param>
    /// <param name="tags">Tags of the check.</param>
    public static IHealthChecksBuilder AddEfsSharding(this IHealthChecksBuilder builder, string storeName = "", params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(storeName);
        builder.Services.AddOptions<HealthCheckServiceOptions>()
            .Validate<IServiceProviderIsKeyedService>(
                (_, services) => services.IsKeyedService(typeof(ShardedFileStore), storeName),
                $"The health check of {(storeName == Options.DefaultName ? "the unnamed store" : $"the store '{storeName}'")} has no store: call {(storeName == Options.DefaultName ? "AddEfsSharding(…)" : $"AddEfsSharding(\"{storeName}\", …)")} on the services, or leave the check out.")
            .ValidateOnStart();
        var name = storeName == Options.DefaultName ? "efs_sharding" : $"efs_sharding.{storeName}";
        return builder.Add(new HealthCheckRegistration(
            name, p => new StoreHealthCheck(p.GetRequiredKeyedService<ShardedFileStore>(storeName).Targets), failureStatus: null, tags));
    }
}
