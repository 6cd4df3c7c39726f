using EfsSharding.Volumes.Directories;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Tests.Storage.Linux;

/// <summary>The contract with the second looks that are taken where a kernel's NFS client is in between.</summary>
[TestFixture]
[Platform("Linux", Reason = "needs statx(2): run on Linux")]
internal sealed class LinuxNfsClientVolumeTests : LocalVolumeContract
{
    private protected override IRootDirectory OpenRoot(string rootPath) => LinuxRootDirectory.Open(rootPath, isNfs: true);
}
