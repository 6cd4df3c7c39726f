using EfsSharding.Access;
using EfsSharding.TestSupport.Contract;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.IntegrationTests.RealMounts;

/// <summary>The contract over kernel mounts with the default options: each volume is another mount target of the guest's server.</summary>
[TestFixture]
[Category("RealMounts")]
[NonParallelizable]
internal sealed class KernelMountVolumeTests : VolumeContract
{
    private GuestServer _server = null!;
    private KernelMounter _mounter = null!;
    private int _opened;

    protected override Task<IFilesOnServer> StartServerAsync()
    {
        _server = new GuestServer();
        _opened = 0;
        _mounter = new KernelMounter(
            new KernelMountOptions(),
            new DirectoryVolumeFactory(new EfsShardingOptions { OperationTimeout = TimeSpan.FromMinutes(1) }, Time),
            new ProcessCommandRunner(Time),
            new ProcFileSystem(),
            new TcpReachability(Time),
            Time,
            NullLogger<KernelMounter>.Instance);
        return Task.FromResult<IFilesOnServer>(new ThirdClient(_server));
    }

    protected override Task<IVolume> OpenAsync() =>
        _mounter.MountAsync(_server.Target(_opened++ % _server.Addresses.Count), CancellationToken.None);
}
