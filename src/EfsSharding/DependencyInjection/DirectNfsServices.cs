using System.Diagnostics.Metrics;
using EfsSharding.Nfs;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EfsSharding.DependencyInjection;

/// <summary>Puts direct NFS together, for a store and for counting; each has options of its own, by name.</summary>
internal static class DirectNfsServices
{
    public static void AddDirectNfs(
        this IServiceCollection services, string name, Action<DirectNfsOptions>? configure, Action<DirectNfsTlsOptions>? configureTls)
    {
        services.AddOptions<DirectNfsOptions>(name).Configure(configure ?? (_ => { })).ValidateOnStart();
        services.AddOptions<DirectNfsTlsOptions>(name).Configure(configureTls ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DirectNfsOptions>, DirectNfsOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DirectNfsTlsOptions>, DirectNfsTlsOptionsValidator>());
        services.TryAddKeyedSingleton(name, (provider, _) => CreateCertificates(provider, name));
    }

    /// <param name="services">The services, with <see cref="AddDirectNfs"/>.</param>
    /// <param name="name">The name of the options.</param>
    /// <param name="operationTimeout">How long one operation may take.</param>
    public static DirectNfsMounter CreateDirectNfs(this IServiceProvider services, string name, TimeSpan operationTimeout)
    {
        var logger = LoggerOf(services);
        var tls = TlsOptionsOf(services, name);
        Func<MountTarget, INfsTransport, INfsTransport>? secure = tls.Enabled
            ? (target, tcp) => new TlsTransport(tcp, target.FileSystemId, tls, services.GetRequiredKeyedService<ClientCertificateSource>(name), logger)
            : null;
        return new DirectNfsMounter(
            services.GetRequiredService<IOptionsMonitor<DirectNfsOptions>>().Get(name),
            operationTimeout,
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
