using EfsSharding.Storage;
using EfsSharding.Storage.Linux;

namespace EfsSharding.Tests.Storage.Linux;

[TestFixture]
[Platform("Linux", Reason = "needs openat2(2): run on Linux 5.6 or later")]
internal sealed class LinuxVolumeTests : LocalVolumeContract
{
    private protected override IRootDirectory OpenRoot(string rootPath) => LinuxRootDirectory.Open(rootPath);
}
