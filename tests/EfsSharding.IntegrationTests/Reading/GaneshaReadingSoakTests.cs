using EfsSharding.Nfs;
using EfsSharding.TestSupport.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.IntegrationTests.Reading;

/// <summary><see cref="ReadingSoak"/> over direct NFS, on nfs-ganesha.</summary>
[Category("DirectNfs")]
[NonParallelizable]
public sealed class GaneshaReadingSoakTests
{
    [Test]
    public async Task Readers_beside_writers_see_one_version_each_and_no_error()
    {
        await using var ganesha = await GaneshaServer.StartAsync();
        var mounter = new DirectNfsMounter(
            new DirectNfsOptions { Port = ganesha.Port }, TimeSpan.FromSeconds(30), secure: null, TimeProvider.System, meters: null, NullLogger.Instance);
        await using var one = await mounter.MountAsync(Target(1), CancellationToken.None);
        await using var other = await mounter.MountAsync(Target(2), CancellationToken.None);

        await ReadingSoak.RunAsync("nfs-ganesha", ("direct", one), ("other", other));
    }

    private static MountTarget Target(int number) => new() { MountTargetId = $"fsmt-{number}", FileSystemId = "fs-1", IpAddress = $"127.0.0.{number}" };
}
