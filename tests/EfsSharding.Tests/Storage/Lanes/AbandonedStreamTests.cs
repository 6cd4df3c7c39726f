using System.Runtime.CompilerServices;
using EfsSharding.TestSupport.Contract;
using EfsSharding.Volumes.Directories;
using EfsSharding.Volumes.Directories.Lanes;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Tests.Storage.Lanes;

/// <summary>A stream that nobody disposed: closing its file may hang, which must not be on the thread of all finalizers.</summary>
[Platform("Linux", Reason = "descriptors are seen in /proc")]
internal sealed class AbandonedStreamTests
{
    [Test]
    public async Task It_is_closed_in_the_lane_and_not_by_the_finalizer()
    {
        await using var files = LocalFiles.CreateTemporary();
        files.Write("file", new byte[10]);
        using var root = LinuxRootDirectory.Open(files.RootPath);
        var lane = new BlockingLane("fsmt-test", maxConcurrency: 1, TimeSpan.FromMinutes(1), TimeProvider.System);
        using var busy = new ManualResetEventSlim();
        var hung = lane.RunAsync(static b => { b.Wait(); return 0; }, busy, changes: false, CancellationToken.None);
        var descriptor = Abandon(root, lane);

        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.That(new FileInfo(descriptor).LinkTarget, Does.EndWith("/file"), "the lane has had no place for closing it yet");
        busy.Set();
        await hung;
        Assert.That(SpinWait.SpinUntil(() => new FileInfo(descriptor).LinkTarget?.EndsWith("/file", StringComparison.Ordinal) != true, TimeSpan.FromSeconds(20)), Is.True);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Abandon(LinuxRootDirectory root, BlockingLane lane)
    {
        var stream = new VolumeReadStream(root.OpenRead("file"), lane, "file");
        return Directory.GetFiles("/proc/self/fd").Last(fd => new FileInfo(fd).LinkTarget?.EndsWith("/file", StringComparison.Ordinal) == true && stream.CanRead);
    }
}
