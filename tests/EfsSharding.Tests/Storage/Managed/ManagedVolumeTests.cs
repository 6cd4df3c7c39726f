using EfsSharding.Volumes.Directories;
using EfsSharding.Volumes.Directories.Managed;

namespace EfsSharding.Tests.Storage.Managed;

[TestFixture]
internal sealed class ManagedVolumeTests : LocalVolumeContract
{
    protected override bool KnowsFilesByTheirId => false;

    protected override bool TakesLongestPaths => false;


    private protected override IRootDirectory OpenRoot(string rootPath) => new ManagedRootDirectory(rootPath);
}
