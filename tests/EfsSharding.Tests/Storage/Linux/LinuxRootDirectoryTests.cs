using System.Diagnostics;
using System.Text;
using EfsSharding.TestSupport.Contract;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Tests.Storage.Linux;

[Platform("Linux", Reason = "needs statx(2): run on Linux")]
internal sealed class LinuxRootDirectoryTests
{
    private LocalFiles _files = null!;
    private LinuxRootDirectory _root = null!;

    [SetUp]
    public void SetUp()
    {
        _files = LocalFiles.CreateTemporary();
        _root = LinuxRootDirectory.Open(_files.RootPath);
    }

    [TearDown]
    public async Task TearDown()
    {
        _root.Dispose();
        await _files.DisposeAsync();
    }

    [Test]
    public void A_root_that_is_not_there_is_told() =>
        Assert.That(() => LinuxRootDirectory.Open(_files.RootPath + "/missing"), Throws.TypeOf<FileNotFoundException>());

    [Test]
    public void A_closed_root_is_a_fault_of_the_target_that_left_no_effect()
    {
        _root.Dispose();
        var write = new PendingWrite(new FileContent(new byte[1]), FileWriteMode.Replace);

        Action[] calls =
        [
            () => _root.ReadAllBytes("file"), () => _root.OpenRead("file"), () => _root.GetAttributes("file"), () => _root.Delete("file", new DeleteAttempt(0)),
            () => _root.Stage("file", write, write.Current), () => _ = _root.List("", new TemporarySightings(TimeProvider.System)).ToList(), _root.Probe,
        ];
        foreach (var call in calls)
        {
            Assert.That(() => call(), Throws.TypeOf<TargetFaultException>().With.Property(nameof(TargetFaultException.MayTakeEffect)).False);
        }
    }

    [Test]
    public void A_pipe_is_no_file_and_opening_it_does_not_hang()
    {
        using (var mkfifo = Process.Start("mkfifo", Path.Join(_files.RootPath, "pipe")))
        {
            mkfifo.WaitForExit();
        }

        Assert.That(_files.Names(""), Does.Contain("pipe"));
        Assert.That(() => _root.ReadAllBytes("pipe"), Throws.TypeOf<FileNotFoundException>());
        Assert.That(() => _root.OpenRead("pipe"), Throws.TypeOf<FileNotFoundException>());
        Assert.That(_root.GetAttributes("pipe"), Is.Null);
        Assert.That(
            () => _root.Stage("pipe", new PendingWrite(new FileContent(new byte[1]), FileWriteMode.Append), new WriteAttempt()), Throws.InstanceOf<IOException>());
        Assert.That(_root.List("", new TemporarySightings(TimeProvider.System)).SelectMany(e => e), Is.EqualTo(new[] { new DirectoryEntry("pipe", DirectoryEntryKind.Other) }));
    }

    [Test]
    public async Task Appends_of_one_machine_do_not_overwrite_each_other()
    {
        _files.Write("log", []);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var staged = StageInTurn();
                staged.Write(Encoding.UTF8.GetBytes($"{writer}-{i}\n"));
                staged.Publish();
            }
        })));

        var lines = Encoding.UTF8.GetString(_files.Read("log")!).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Is.EquivalentTo(from writer in Enumerable.Range(0, 8) from i in Enumerable.Range(0, 50) select $"{writer}-{i}"));

        IStagedFile StageInTurn()
        {
            while (true)
            {
                try
                {
                    return _root.Stage("log", new PendingWrite(new FileContent(ReadOnlyMemory<byte>.Empty), FileWriteMode.Append), new WriteAttempt());
                }
                catch (PathLockedException)
                {
                    Thread.Yield();
                }
            }
        }
    }

    [Test]
    public void The_id_of_a_file_is_its_inode_until_it_is_replaced()
    {
        _files.Write("file", "x"u8);
        using var other = LinuxRootDirectory.Open(_files.RootPath);
        using var first = _root.OpenRead("file");
        using var second = other.OpenRead("file");
        var write = new PendingWrite(new FileContent("new"u8.ToArray()), FileWriteMode.Replace);
        using (var staged = _root.Stage("file", write, write.Current))
        {
            staged.Write(write.Content.Bytes.Span);
            staged.Publish();
        }

        using var replaced = _root.OpenRead("file");
        Assert.That(first.Version, Is.EqualTo(second.Version).And.Not.Zero);
        Assert.That(replaced.Version, Is.Not.EqualTo(first.Version));
    }
}
