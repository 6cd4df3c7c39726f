using EfsSharding.Access;
using EfsSharding.Volumes.Directories;
using Microsoft.Extensions.Logging.Testing;

namespace EfsSharding.IntegrationTests.RealMounts;

/// <summary>A kernel mounter over the guest's NFS server. After each test nothing is mounted and the server serves again.</summary>
[Category("RealMounts")]
[NonParallelizable]
internal abstract class RealMountsFixture
{
    protected const string MountRoot = "/mnt";

    protected GuestServer Server { get; private set; } = null!;

    protected FakeLogger<KernelMounter> Logger { get; private set; } = null!;

    [SetUp]
    public void FindServer()
    {
        Server = new GuestServer();
        Logger = new FakeLogger<KernelMounter>();
        Server.Empty();
    }

    [TearDown]
    public void UnmountAll() => UnmountEverything();

    internal static void UnmountEverything()
    {
        foreach (var mount in NfsMounts().Reverse())
        {
            GuestServer.Run("umount", "-i", "-c", "-l", mount.MountPoint);
        }
    }

    protected static IEnumerable<MountEntry> NfsMounts() =>
        MountTable.Parse(File.ReadAllText("/proc/self/mountinfo")).Entries.Where(e => e.IsNfs);

    protected static IEnumerable<string> MountPoints() => NfsMounts().Select(e => e.MountPoint).Order();

    /// <summary>One per process in production: a second one stands for the same process started again.</summary>
    protected KernelMounter NewMounter(KernelMountOptions? options = null) => new(
        options ?? new KernelMountOptions { MountRoot = MountRoot },
        new DirectoryVolumeFactory(new EfsShardingOptions(), TimeProvider.System),
        new ProcessCommandRunner(TimeProvider.System),
        new ProcFileSystem(),
        new TcpReachability(TimeProvider.System),
        TimeProvider.System,
        Logger);
}
