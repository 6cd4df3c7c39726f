using System.Net;
using EfsSharding.Nfs;
using EfsSharding.TestSupport.Contract;
using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.Tests.Nfs.Contract;

/// <summary>The contract over direct NFS, on a server in this process that keeps to EFS's limits. Each volume dials an address of its own.</summary>
internal sealed class ScriptedVolumeContractTests : VolumeContract
{
    private int _opened;

    protected override Task<IFilesOnServer> StartServerAsync()
    {
        _opened = 0;
        return Task.FromResult<IFilesOnServer>(new ScriptedFiles(new ScriptedServer(new PeerSettings { MaxEntries = 50 })));
    }

    protected override Task<IVolume> OpenAsync()
    {
        var server = ((ScriptedFiles)Server).Server;
        var address = $"127.0.0.{++_opened}";
        if (_opened > 1)
        {
            server.Listen(IPAddress.Parse(address));
        }

        var mounter = new DirectNfsMounter(
            new DirectNfsOptions { Port = server.Port }, TimeSpan.FromSeconds(30), secure: null, Time, meters: null, NullLogger.Instance);
        return mounter.MountAsync(new MountTarget { MountTargetId = $"fsmt-{_opened}", FileSystemId = "fs-1", IpAddress = address }, CancellationToken.None);
    }
}
