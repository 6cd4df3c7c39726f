using System.Diagnostics.Metrics;
using EfsSharding.Mounting;
using EfsSharding.Nfs;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EfsSharding;

/// <summary>Says that a store reaches its targets by itself, over NFSv4.1, without mounting.</summary>
public static class EfsShardingBuilderDirectNfsExtensions
{
    /// <summary>Speaks NFSv4.1 with the targets from within this process: no mount and no privilege is needed, only TCP port 2049.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <param name="configureTls">Turns TLS, access points and IAM on.</param>
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
    /// <param name="configureTls">Turns TLS, access points and IAM on.</param>
    public static EfsShardingBuilder AddDirectNfs(
        this EfsShardingBuilder builder, Action<DirectNfsOptions>? configure = null, Action<DirectNfsTlsOptions>? configureTls = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<DirectNfsOptions>(builder.Name).Configure(configure ?? (_ => { })).ValidateOnStart();
        services.AddOptions<DirectNfsTlsOptions>(builder.Name).Configure(configureTls ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DirectNfsOptions>, DirectNfsOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DirectNfsTlsOptions>, DirectNfsTlsOptionsValidator>());
        services.TryAddKeyedSingleton(builder.Name, (provider, _) => CreateCertificates(provider, builder.Name));
        services.TryAddKeyedSingleton(builder.Name, new DirectNfsRegistration(provider => Create(provider, builder.Name)));
        return builder;
    }

    private static DirectNfsMounter Create(IServiceProvider services, string name)
    {
        var logger = LoggerOf(services);
        var tls = TlsOptionsOf(services, name);
        Func<MountTarget, INfsTransport, INfsTransport>? secure = tls.Enabled
            ? (target, tcp) => new TlsTransport(tcp, target.FileSystemId, tls, services.GetRequiredKeyedService<ClientCertificateSource>(name), logger)
            : null;
        return new DirectNfsMounter(
            services.GetRequiredService<IOptionsMonitor<DirectNfsOptions>>().Get(name),
            services.GetRequiredService<IOptionsMonitor<EfsShardingOptions>>().Get(name).OperationTimeout,
            secure,
            services.GetRequiredService<TimeProvider>(),
            services.GetService<IMeterFactory>(),
            logger);
    }

    private static ClientCertificateSource CreateCertificates(IServiceProvider services, string name)
    {
        var tls = TlsOptionsOf(services, name);
        return new ClientCertificateSource(tls, new SdkCallerCredentialsSource(tls.Credentials), services.GetRequiredService<TimeProvider>(), LoggerOf(services));
    }

    private static DirectNfsTlsOptions TlsOptionsOf(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<DirectNfsTlsOptions>>().Get(name);

    private static ILogger LoggerOf(IServiceProvider services) =>
        services.GetService<ILogger<DirectNfsMounter>>() ?? NullLogger<DirectNfsMounter>.Instance;
}
