using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Scaling.Tests.Counting;

/// <summary>What every counter must do.</summary>
public abstract class FileCounterContract
{
    private TemporaryTree _tree = null!;

    private protected TemporaryTree Tree => _tree;

    private protected abstract IFileCounter Counter(TimeProvider? timeProvider = null);

    /// <summary>Where trees are made; null for wherever it is quick.</summary>
    private protected virtual string? Place => null;

    /// <summary>What the counter calls a path of this machine.</summary>
    private protected virtual string NameOf(string path) => path;

    private protected Task<FileCount> CountAsync(long? upTo = null) =>
        Counter().CountAsync(new FileCountRequest { Directory = NameOf(_tree.Root), UpTo = upTo });

    [SetUp]
    public void MakeTree() => _tree = new TemporaryTree(Place);

    [TearDown]
    public void RemoveTree() => _tree.Dispose();

    [Test]
    public async Task An_empty_directory_has_no_files()
    {
        var count = await CountAsync();

        Assert.That((count.Files, count.Directories, count.End), Is.EqualTo((0L, 1L, FileCountEnd.Complete)));
        Assert.That(count.IsComplete);
    }

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public void Property1_The_count_equals_the_files(FsCheck.NonNegativeInt seed)
    {
        using var tree = new TemporaryTree(Place);
        var random = new Random(seed.Item);
        var (files, directories) = (0, 1);
        Grow(tree.Root, depth: 0);

        var count = Counter().CountAsync(new FileCountRequest { Directory = NameOf(tree.Root) }).GetAwaiter().GetResult();

        Assert.That((count.Files, count.Directories, count.IsComplete), Is.EqualTo(((long)files, (long)directories, true)));

        void Grow(string directory, int depth)
        {
            var here = random.Next(0, 25);
            TemporaryTree.AddFiles(directory, here);
            files += here;
            if (random.Next(3) == 0)
            {
                File.WriteAllBytes(Path.Combine(directory, ".efs-sharding-" + random.Next()), []);
            }

            for (var i = random.Next(0, 6 - Math.Min(depth, 6)); i > 0; i--)
            {
                directories++;
                Grow(Path.Combine(directory, $"d{i}{new string('x', random.Next(0, 30))}"), depth + 1);
            }
        }
    }

    [Test]
    public async Task Names_that_only_look_special_are_counted_and_temporary_ones_are_not()
    {
        foreach (var name in new[] { "...", ".hidden", "..data", ".efs-sharding", ".efs-shardin-1", "a .efs-sharding-1", "日本語", ".efs-sharding-abc", ".efs-sharding-" })
        {
            File.WriteAllBytes(Tree.PathOf(name), []);
        }

        Directory.CreateDirectory(Tree.PathOf("..."  + "d"));
        TemporaryTree.AddFiles(Tree.PathOf(".efs-sharding-directory"), 2);

        Assert.That((await CountAsync()).Files, Is.EqualTo(7 + 2), "a temporary name is the name of a file");
    }

    [Test]
    public async Task Lock_files_are_not_counted()
    {
        TemporaryTree.AddFiles(Tree.PathOf(".efs-sharding-locks"), 5);
        TemporaryTree.AddFiles(Tree.PathOf("d"), 3);

        Assert.That((await CountAsync()).Files, Is.EqualTo(3));
    }

    [Test]
    public async Task What_NFS_clients_keep_of_open_files_is_not_counted()
    {
        foreach (var name in new[] { ".nfs000000000000a1b200000001", ".nfs0001", ".nfsd", ".nfs000000000000a1b20000000g", "nfs0001" })
        {
            File.WriteAllBytes(Tree.PathOf(name), []);
        }

        Assert.That((await CountAsync()).Files, Is.EqualTo(3), "three were named by somebody");
    }

    [Test]
    public async Task Symbolic_links_are_neither_counted_nor_followed()
    {
        TemporaryTree.AddFiles(Tree.PathOf("real"), 3);
        File.CreateSymbolicLink(Tree.PathOf("link-to-file"), Tree.PathOf("real", "f0"));
        Directory.CreateSymbolicLink(Tree.PathOf("link-to-directory"), Tree.PathOf("real"));
        Directory.CreateSymbolicLink(Tree.PathOf("real", "loop"), Tree.Root);
        File.CreateSymbolicLink(Tree.PathOf("dangling"), "/nonexistent");

        Assert.That((await CountAsync()).Files, Is.EqualTo(3));
    }

    [Test]
    public async Task A_hard_link_is_a_file_of_its_own()
    {
        TemporaryTree.AddFiles(Tree.Root, 1);
        using (var link = Process.Start("ln", [Tree.PathOf("f0"), Tree.PathOf("again")]))
        {
            await link.WaitForExitAsync();
        }

        Assert.That((await CountAsync()).Files, Is.EqualTo(2));
    }

    [TestCase(1)]
    [TestCase(500)]
    [TestCase(5_000)]
    public async Task Counting_up_to_a_limit_stops_when_it_is_reached(int limit)
    {
        for (var i = 0; i < 40; i++)
        {
            TemporaryTree.AddFiles(Tree.PathOf($"d{i}"), 250);
        }

        var count = await CountAsync(limit);

        Assert.That(count.End, Is.EqualTo(FileCountEnd.LimitReached));
        Assert.That(count.IsComplete, Is.False);
        Assert.That(count.Files, Is.GreaterThanOrEqualTo(limit).And.LessThan(10_000));
    }

    [Test]
    public async Task A_limit_above_the_count_changes_nothing()
    {
        TemporaryTree.AddFiles(Tree.Root, 20);

        var count = await CountAsync(upTo: 21);

        Assert.That((count.Files, count.End), Is.EqualTo((20L, FileCountEnd.Complete)));
    }

    [Test]
    public async Task A_directory_that_is_not_there_is_an_error_that_names_it()
    {
        var missing = NameOf(Tree.PathOf("missing"));

        var error = await Assert.ThrowsAsync<DirectoryUnreadableException>(
            () => Counter().CountAsync(new FileCountRequest { Directory = missing }));

        Assert.That(error!.Directory, Is.EqualTo(missing));
        Assert.That(error.Message, Does.Contain(missing));
    }

    [Test]
    public async Task A_start_that_is_a_file_is_an_error_that_names_it()
    {
        TemporaryTree.AddFiles(Tree.Root, 1);

        var error = await Assert.ThrowsAsync<DirectoryUnreadableException>(
            () => Counter().CountAsync(new FileCountRequest { Directory = NameOf(Tree.PathOf("f0")) }));

        Assert.That(error!.Directory, Is.EqualTo(NameOf(Tree.PathOf("f0"))));
    }

    [Test]
    public async Task A_cancelled_count_counts_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        await Assert.CatchAsync<OperationCanceledException>(
            () => Counter().CountAsync(new FileCountRequest { Directory = NameOf(Tree.Root) }, cancelled.Token));
    }

    [TestCase(0)]
    [TestCase(-1)]
    public async Task A_limit_below_one_is_refused(long upTo) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => CountAsync(upTo));

    [Test]
    public async Task The_time_that_it_took_is_told()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };

        var count = await Counter(clock).CountAsync(new FileCountRequest { Directory = NameOf(Tree.Root) });

        Assert.That(count.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(1)));
    }
}
