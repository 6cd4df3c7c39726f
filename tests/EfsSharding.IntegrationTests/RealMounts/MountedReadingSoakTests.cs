using EfsSharding.IntegrationTests.Reading;
using EfsSharding.Nfs;
using EfsSharding.Volumes.Directories;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.IntegrationTests.RealMounts;

/// <summary><see cref="ReadingSoak"/> over direct NFS and a kernel mount of the same server at once, on both servers that there are.</summary>
[TestFixture]
internal sealed class MountedReadingSoakTests : RealMountsFixture
{
    private const string MountPoint = "/mnt/soak";

    [Test]
    public Task Readers_beside_writers_see_one_version_each_and_no_error_on_ganesha() => RunAsync("nfs-ganesha", 2049);

    [Test]
    public Task Readers_beside_writers_see_one_version_each_and_no_error_on_knfsd()
    {
        Server.Control("start-knfsd");
        return RunAsync("knfsd", Server.KnfsdPort);
    }

    private async Task RunAsync(string server, int port)
    {
        Directory.CreateDirectory(MountPoint);
        GuestServer.Run("mount", "-t", "nfs4", "-o", $"nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport,lookupcache=positive,port={port}", $"{Server.Addresses[1]}:/", MountPoint);
        var direct = new DirectNfsMounter(
            new DirectNfsOptions { Port = port }, TimeSpan.FromMinutes(1), secure: null, TimeProvider.System, meters: null, NullLogger.Instance);
        var kernel = new DirectoryVolumeFactory(new EfsShardingOptions { OperationTimeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        await using var one = await direct.MountAsync(Server.Target(0), CancellationToken.None);
        await using var other = await kernel.OpenAsync(MountPoint, MountPoint, verifyRoot: null, CancellationToken.None);

        await ReadingSoak.RunAsync(server, ("direct", one), ("kernel", other));
    }
}
