using EfsSharding.TestSupport.Contract;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using EfsSharding.Volumes.Directories.Lanes;

namespace EfsSharding.Tests.Storage;

/// <summary>The contract over a temporary directory of this machine.</summary>
internal abstract class LocalVolumeContract : VolumeContract
{
    private LocalFiles? _files;

    private protected abstract IRootDirectory OpenRoot(string rootPath);

    protected override Task<IFilesOnServer> StartServerAsync() => Task.FromResult<IFilesOnServer>(_files = LocalFiles.CreateTemporary());

    protected override Task<IVolume> OpenAsync()
    {
        var lanes = new VolumeLanes("fsmt-test", maxConcurrency: 16, TimeSpan.FromMinutes(1), Time);
        return Task.FromResult<IVolume>(new DirectoryVolume(_files!.RootPath, OpenRoot(_files.RootPath), lanes, Time));
    }
}
