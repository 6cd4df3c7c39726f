using EfsSharding.Access;
using EfsSharding.DependencyInjection;
using EfsSharding.Nfs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EfsSharding;

/// <summary>Says that a store reaches its targets by itself, over NFSv4.1, without mounting.</summary>
public static class EfsShardingBuilderDirectNfsExtensions
{
    /// <summary>Speaks NFSv4.1 with the targets from within this process: no mount and no privilege is needed, only TCP port 2049.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <param name="configureTls">Sets the access point and IAM, or turns TLS off, which is on by default.</param>
    public static EfsShardingBuilder UseDirectNfs(
        this EfsShardingBuilder builder, Action<DirectNfsOptions>? configure = null, Action<DirectNfsTlsOptions>? configureTls = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddDirectNfs(configure, configureTls);
        return builder.UseMounter((services, _) => Create(services, builder.Name));
    }

    /// <summary>Lets a store that chooses its access by itself end at direct NFS when nothing is mounted and nothing may be.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <param name="configureTls">Sets the access point and IAM, or turns TLS off, which is on by default.</param>
    public static EfsShardingBuilder AddDirectNfs(
        this EfsShardingBuilder builder, Action<DirectNfsOptions>? configure = null, Action<DirectNfsTlsOptions>? configureTls = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddDirectNfs(builder.Name, configure, configureTls);
        builder.Services.TryAddKeyedSingleton(builder.Name, new DirectNfsRegistration(provider => CreateWay(provider, builder.Name)));
        return builder;
    }

    private static DirectNfsWay CreateWay(IServiceProvider services, string name)
    {
        var options = services.GetRequiredService<IOptionsMonitor<DirectNfsOptions>>().Get(name);
        var tls = services.GetRequiredService<IOptionsMonitor<DirectNfsTlsOptions>>().Get(name);
        return new DirectNfsWay(Create(services, name), DirectNfsTerms.Offered(options, tls), DirectNfsTerms.AskedFor(options, tls));
    }

    private static DirectNfsMounter Create(IServiceProvider services, string name) =>
        services.CreateDirectNfs(name, services.GetRequiredService<IOptionsMonitor<EfsShardingOptions>>().Get(name).OperationTimeout);
}
