using EfsSharding.Volumes.Directories;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Tests.Storage.Linux;

/// <summary>The same on a kernel, or in a container, that has no openat2(2).</summary>
[TestFixture]
[NonParallelizable]
[Platform("Linux", Reason = "needs statx(2): run on Linux")]
internal sealed class LinuxWalkTests : LocalVolumeContract
{
    private bool _wasNeeded;

    [OneTimeSetUp]
    public void DoWithoutOpenat2() => (_wasNeeded, LinuxWalk.IsNeeded) = (LinuxWalk.IsNeeded, true);

    [OneTimeTearDown]
    public void UseOpenat2() => LinuxWalk.IsNeeded = _wasNeeded;

    private protected override IRootDirectory OpenRoot(string rootPath) => LinuxRootDirectory.Open(rootPath);
}
