using EfsSharding.Nfs;
using EfsSharding.TestSupport.Servers;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.Tests.Nfs;

/// <summary>Direct NFS to one server for each file system. On one machine they differ in their ports, which in a store are alike.</summary>
internal sealed class GaneshaMounter(Dictionary<string, GaneshaServer> servers) : IVolumeMounter
{
    private readonly Dictionary<string, DirectNfsMounter> _mounters = servers.ToDictionary(
        server => server.Key,
        server => new DirectNfsMounter(
            new DirectNfsOptions { Port = server.Value.Port, ReconnectTimeout = TimeSpan.FromMilliseconds(300) },
            TimeSpan.FromSeconds(3),
            secure: null,
            TimeProvider.System,
            meters: null,
            NullLogger.Instance));

    public string Access => "direct";

    public Task<IVolume> MountAsync(MountTarget target, CancellationToken cancellationToken) => _mounters[target.FileSystemId].MountAsync(target, cancellationToken);

    public Task UnmountAsync(MountTarget target, IVolume volume, CancellationToken cancellationToken) =>
        _mounters[target.FileSystemId].UnmountAsync(target, volume, cancellationToken);
}
