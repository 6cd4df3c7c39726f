using System.Diagnostics;
using EfsSharding.Access;
using EfsSharding.Scaling.Counting;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Scaling.Tests.Counting;

[TestFixture(1)]
[TestFixture(2)]
[TestFixture(16)]
[TestFixture(null)]
internal sealed class LinuxFileCounterTests(int? directoriesInFlight) : MountedFileCounterContract
{
    [OneTimeSetUp]
    public void NeedLinux()
    {
        if (!LinuxCalls.AreKnownHere)
        {
            Assert.Ignore("needs Linux on x64 or arm64: run the tests there");
        }
    }

    [Test]
    public async Task An_ordinary_directory_is_on_no_network() => Assert.That((await CountAsync()).IsOnNetwork, Is.False);

    private protected override IFileCounter Counter(TimeProvider? timeProvider = null) =>
        new LinuxFileCounter(directoriesInFlight, timeProvider ?? TimeProvider.System);

    [Test]
    public async Task Names_that_are_not_text_are_counted_and_entered()
    {
        using (var make = Process.Start("/bin/sh", ["-c", "cd \"$1\" && mkdir \"$(printf 'dir\\351')\" && : > \"$(printf 'dir\\351/caf\\350')\" && : > \"$(printf 'caf\\351')\"", "sh", Tree.Root]))
        {
            await make.WaitForExitAsync();
        }

        var count = await CountAsync();

        Assert.That((count.Files, count.Directories), Is.EqualTo((2L, 2L)));
    }

    [TestCase("-t", "tmpfs")]
    [TestCase("--bind", "")]
    public async Task What_is_mounted_below_is_not_entered_and_said(string kind, string type)
    {
        TemporaryTree.AddFiles(Tree.Root, 2);
        TemporaryTree.AddFiles(Tree.PathOf("again"), 3);
        var point = Directory.CreateDirectory(Tree.PathOf("below", "mounted")).FullName;
        string[] mount = kind == "-t" ? ["-t", type, "none", point] : ["--bind", Tree.PathOf("again"), point];
        if (!await RunAsync("mount", mount))
        {
            Assert.Ignore("needs the right to mount: run the tests as root");
        }

        try
        {
            TemporaryTree.AddFiles(point, 5);
            var count = await CountAsync();
            Assert.That((count.Files, count.Directories, count.MountPoints, count.IsComplete), Is.EqualTo((kind == "-t" ? 5L : 2L + 5, 3L, 1L, true)));
        }
        finally
        {
            Assert.That(await RunAsync("umount", point));
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    [Test]
    public async Task A_tree_deeper_than_a_path_can_say_is_counted()
    {
        const int Depth = 120;
        Tree.AddChain(new string('n', 200), Depth);

        var count = await CountAsync();

        Assert.That((count.Files, count.Directories), Is.EqualTo((Depth, Depth + 1L)));
    }

    [Test]
    public async Task Descriptors_do_not_grow_with_depth_or_width()
    {
        const int Depth = 400;
        Tree.AddChain("c", Depth);
        for (var i = 0; i < 600; i++)
        {
            TemporaryTree.AddFiles(Tree.PathOf($"wide{i}", "below"), 1);
        }

        using var watching = new CancellationTokenSource();
        var most = 0;
        var watch = Task.Run(() =>
        {
            while (!watching.IsCancellationRequested)
            {
                most = Math.Max(most, OpenDirectoriesBelow(Tree.Root));
            }
        });
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await CountAsync()).Files, Is.EqualTo(Depth + 600));
        }

        await watching.CancelAsync();
        await watch;
        var threads = directoriesInFlight ?? Environment.ProcessorCount;
        Assert.That(most, Is.LessThanOrEqualTo((threads * (9 + 4)) + 1));
        Assert.That(OpenDirectoriesBelow(Tree.Root), Is.Zero, "everything is closed afterwards");
    }

    [Test]
    public async Task Every_level_of_a_deep_tree_with_side_branches_is_counted_once()
    {
        // Deeper than what stays open, with work left on every level on the way back.
        const int Depth = 40;
        var directory = Tree.Root;
        for (var i = 0; i < Depth; i++)
        {
            for (var side = 0; side < 5; side++)
            {
                TemporaryTree.AddFiles(Path.Combine(directory, $"side{side}"), 3);
            }

            directory = Path.Combine(directory, $"down{i % 3}");
            TemporaryTree.AddFiles(directory, 2);
        }

        var count = await CountAsync();

        Assert.That((count.Files, count.Directories), Is.EqualTo((Depth * 17L, (Depth * 6L) + 1)));
    }

    [Test]
    public async Task A_directory_of_more_entries_than_one_buffer_is_counted_to_its_end()
    {
        // 40,000 entries are more than a MiB; every second one is a directory.
        for (var i = 0; i < 20_000; i++)
        {
            File.WriteAllBytes(Tree.PathOf($"file-{i:00000000000000}"), []);
            Directory.CreateDirectory(Tree.PathOf($"directory-{i:0000000000}"));
        }

        var count = await CountAsync();

        Assert.That((count.Files, count.Directories), Is.EqualTo((20_000L, 20_001L)));
    }

    [Test]
    public async Task A_large_directory_is_read_on_where_it_was_left_to_go_down_deep()
    {
        // Several buffers long, with ways down that are longer than what stays open.
        const int Files = 12_000, Branches = 24, Depth = 12;
        var large = Tree.PathOf("large");
        TemporaryTree.AddFiles(large, 0);
        for (var i = 0; i < Files; i++)
        {
            File.WriteAllBytes(Path.Combine(large, $"a-file-with-a-name-that-takes-room-{i:00000}"), []);
            if (i % (Files / Branches) == 0)
            {
                Directory.CreateDirectory(Path.Combine([large, $"branch{i}", .. Enumerable.Repeat("down", Depth - 1)]));
            }
        }

        var count = await Counter().CountAsync(new FileCountRequest { Directory = Tree.Root, TimeLimit = TimeSpan.FromSeconds(60) });

        Assert.That((count.Files, count.Directories, count.End), Is.EqualTo(((long)Files, 2L + (Branches * Depth), FileCountEnd.Complete)));
    }

    private static int OpenDirectoriesBelow(string root) => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(entry =>
    {
        try
        {
            return new FileInfo(entry).LinkTarget?.StartsWith(root, StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            return false;
        }
    });
}
