using EfsSharding.Volumes.Directories;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Tests.Storage.Linux;

[TestFixture]
[Platform("Linux", Reason = "needs statx(2): run on Linux")]
internal sealed class LinuxVolumeTests : LocalVolumeContract
{
    private protected override IRootDirectory OpenRoot(string rootPath) => LinuxRootDirectory.Open(rootPath);
}
