using EfsSharding.Nfs;
using EfsSharding.TestSupport.Contract;
using EfsSharding.TestSupport.Servers;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.Tests.Nfs.Contract;

/// <summary>The contract over direct NFS on nfs-ganesha, whose loopback addresses are mount targets of one file system. Each test has a directory of its own.</summary>
internal sealed class GaneshaVolumeContractTests : VolumeContract
{
    private GaneshaServer? _ganesha;
    private string _directory = "";
    private int _opened;

    [OneTimeSetUp]
    public async Task StartGanesha()
    {
        _ganesha = await GaneshaServer.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopGanesha()
    {
        if (_ganesha is not null)
        {
            await _ganesha.DisposeAsync();
        }
    }

    protected override Task<IFilesOnServer> StartServerAsync()
    {
        _directory = Guid.NewGuid().ToString("N");
        _opened = 0;
        return Task.FromResult<IFilesOnServer>(new LocalFiles(Directory.CreateDirectory(Path.Combine(_ganesha!.Export, _directory)).FullName, deleteAtEnd: false));
    }

    protected override Task<IVolume> OpenAsync()
    {
        _opened++;
        var options = new DirectNfsOptions { Port = _ganesha!.Port, RootPath = "/" + _directory };
        var mounter = new DirectNfsMounter(options, TimeSpan.FromSeconds(30), secure: null, Time, meters: null, NullLogger.Instance);
        return mounter.MountAsync(new MountTarget { MountTargetId = $"fsmt-{_opened}", FileSystemId = "fs-1", IpAddress = $"127.0.0.{1 + (_opened % 3)}" }, CancellationToken.None);
    }
}
