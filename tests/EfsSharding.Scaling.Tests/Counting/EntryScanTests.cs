using System.Text;
using EfsSharding.Scaling.Counting.Linux;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Scaling.Tests.Counting;

/// <summary>What file systems answer that do not tell the kinds of their entries.</summary>
[TestFixture]
internal sealed unsafe class EntryScanTests
{
    private const byte Unknown = 0, Directory = 4, Regular = 8;

    [SetUp]
    public void NeedLinux()
    {
        if (!LinuxCalls.AreKnownHere)
        {
            Assert.Ignore("needs Linux on x64 or arm64: run the tests there");
        }
    }

    [Test]
    public void Unknown_kinds_are_looked_up_without_following_links()
    {
        using var tree = new TemporaryTree();
        File.WriteAllBytes(tree.PathOf("file"), []);
        File.WriteAllBytes(tree.PathOf(".efs-sharding-1"), []);
        System.IO.Directory.CreateDirectory(tree.PathOf("directory"));
        File.CreateSymbolicLink(tree.PathOf("link"), tree.PathOf("file"));
        System.IO.Directory.CreateSymbolicLink(tree.PathOf("link-to-directory"), tree.PathOf("directory"));
        var below = new PendingNames();

        var scan = Scan(tree.Root, below, [
            (Unknown, "."), (Unknown, ".."), (Unknown, "file"), (Unknown, ".efs-sharding-1"), (Unknown, "directory"), (Unknown, "link"),
            (Unknown, "link-to-directory"), (Unknown, "vanished")]);

        Assert.That((scan.Files, scan.Errno, scan.Position), Is.EqualTo((1L, 0, 8L)));
        Assert.That(below.TryTake(out var name) ? Encoding.UTF8.GetString(name) : null, Is.EqualTo("directory\0"));
        Assert.That(below.IsEmpty);
    }

    [Test]
    public void Kinds_that_are_told_are_believed()
    {
        var below = new PendingNames();

        var scan = Scan("/", below, [(Regular, "a"), (Directory, "b"), (10, "link"), (1, "pipe"), (12, "socket"), (Regular, ".efs-sharding-x"), (Regular, "..x")]);

        Assert.That(scan.Files, Is.EqualTo(2));
        Assert.That(below.TryTake(out _), Is.True);
        Assert.That(below.IsEmpty);
    }

    [Test]
    public void A_kind_that_cannot_be_looked_up_is_an_error()
    {
        const int EBADF = 9;

        var scan = Scan(directory: null, new PendingNames(), [(Regular, "a"), (Unknown, "b")]);

        Assert.That((scan.Files, scan.Errno), Is.EqualTo((1L, EBADF)));
    }

    private static EntryScan Scan(string? directory, PendingNames below, (byte Type, string Name)[] entries)
    {
        var bytes = new List<byte>();
        foreach (var (type, name) in entries)
        {
            var entry = new byte[(19 + name.Length + 1 + 7) / 8 * 8];
            BitConverter.TryWriteBytes(entry.AsSpan(8), Array.FindIndex(entries, other => other.Name == name) + 1L);
            BitConverter.TryWriteBytes(entry.AsSpan(16), (ushort)entry.Length);
            entry[18] = type;
            Encoding.UTF8.GetBytes(name, entry.AsSpan(19));
            bytes.AddRange(entry);
        }

        var descriptor = -1;
        if (directory is not null)
        {
            fixed (byte* path = Encoding.UTF8.GetBytes(directory + "\0"))
            {
                descriptor = LinuxCalls.Openat(LinuxCalls.AT_FDCWD, path, LinuxCalls.O_DIRECTORY, 0);
            }
        }

        fixed (byte* start = bytes.ToArray())
        {
            var scan = EntryScan.Of(start, bytes.Count, descriptor, below);
            _ = descriptor >= 0 ? LinuxCalls.Close(descriptor) : 0;
            return scan;
        }
    }
}
