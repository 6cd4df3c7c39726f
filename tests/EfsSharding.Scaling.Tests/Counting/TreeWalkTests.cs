using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using EfsSharding.Scaling.Counting;
using EfsSharding.Scaling.Counting.Linux;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Scaling.Tests.Counting;

[TestFixture]
[UnsupportedOSPlatform("windows")]
internal sealed partial class TreeWalkTests
{
    private static readonly nint SetfsuidNumber = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 151 : 122;

    private TemporaryTree _tree = null!;

    [SetUp]
    public void MakeTree()
    {
        if (!LinuxCalls.AreKnownHere)
        {
            Assert.Ignore("needs Linux on x64 or arm64: run the tests there");
        }

        _tree = new TemporaryTree();
    }

    [TearDown]
    public void RemoveTree() => _tree?.Dispose();

    [TestCase(1)]
    [TestCase(8)]
    public void A_directory_that_may_not_be_read_is_an_error_that_names_it(int threads)
    {
        TemporaryTree.AddFiles(_tree.PathOf("open"), 10);
        var closed = _tree.PathOf("open", "closed");
        TemporaryTree.AddFiles(closed, 3);
        File.SetUnixFileMode(closed, UnixFileMode.None);

        var tally = new CountTally(upTo: null);
        Exception? thrown = null;
        var walk = new Thread(() =>
        {
            // Root reads everything, so this thread, and the threads that it starts, act on files as nobody.
            _ = Setfsuid(SetfsuidNumber, 65534);
            try
            {
                new TreeWalk(_tree.Root, threads, tally).Run();
            }
            catch (DirectoryUnreadableException e)
            {
                thrown = e;
            }
        });
        walk.Start();
        walk.Join();
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.That(thrown, Is.Null, "a failure of any thread is in the tally");
        Assert.That(tally.Failure, Is.InstanceOf<DirectoryUnreadableException>());
        Assert.That(((DirectoryUnreadableException)tally.Failure!).Directory, Is.EqualTo(closed));
        Assert.That(tally.Failure.Message, Does.Contain("Permission denied"));
    }

    [TestCase(1)]
    [TestCase(4)]
    public async Task Directories_that_vanish_meanwhile_are_no_error(int threads)
    {
        TemporaryTree.AddFiles(_tree.PathOf("stays"), 50);
        using var stop = new CancellationTokenSource();
        var churn = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var deep = _tree.PathOf($"goes{i % 3}", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
                Directory.CreateDirectory(deep);
                Directory.Delete(_tree.PathOf($"goes{i % 3}"), recursive: true);
            }
        });

        for (var i = 0; i < 300; i++)
        {
            var count = await new LinuxFileCounter(threads, TimeProvider.System).CountAsync(new FileCountRequest { Directory = _tree.Root });
            Assert.That((count.Files, count.IsComplete), Is.EqualTo((50L, true)));
        }

        await stop.CancelAsync();
        await churn;
    }

    [TestCase(0x6969, true)]
    [TestCase(0xFF534D42, true)]
    [TestCase(0xEF53, false)]
    [TestCase(0x01021994, false)]
    public void Network_file_systems_are_known_by_their_type(long type, bool isNetwork) =>
        Assert.That(StatfsCall.IsNetworkType(type), Is.EqualTo(isNetwork));

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Setfsuid(nint number, nint user);
}
