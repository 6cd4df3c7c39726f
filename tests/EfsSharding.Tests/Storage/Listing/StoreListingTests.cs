using System.Diagnostics;
using EfsSharding.Targets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace EfsSharding.Tests.Storage.Listing;

/// <summary>What a listing passes on while files move, targets fail and directories may not be read.</summary>
internal sealed class StoreListingTests
{
    [Test]
    public async Task A_file_that_a_write_brings_to_its_owner_midway_is_listed([Values] bool ownerIsListedFirst, [Values(0, 1)] int before)
    {
        var map = StoreUnderTest.Map(2, 1);
        var joining = map.FileSystems[1] with { State = FileSystemState.Joining };
        await using var test = await StoreUnderTest.StartAsync(map with
        {
            FileSystems = ownerIsListedFirst ? [joining, map.FileSystems[0]] : [map.FileSystems[0], joining],
        });
        var path = test.PathOn("fs-1", "dir/file");
        test.PutOnDisk("fs-0", path, "old");
        var listings = 0;
        test.Mounter.BeforeListing = async (_, _, entry) =>
        {
            if (entry is null && listings++ == before)
            {
                await test.Store.WriteAllTextAsync(path, "new");
            }
        };

        Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EqualTo(new[] { path }));
        Assert.That(await test.Store.EnumerateAsync("dir").ToListAsync(), Is.EqualTo(new[] { path }));
    }

    [Test]
    public async Task Two_joining_file_systems_hide_nothing_from_each_other()
    {
        var map = StoreUnderTest.Map(3, 1);
        await using var test = await StoreUnderTest.StartAsync(map with
        {
            FileSystems = [map.FileSystems[0], .. map.FileSystems.Skip(1).Select(f => f with { State = FileSystemState.Joining })],
        });
        string[] paths = [.. Enumerable.Range(0, 200).Select(i => $"file-{i}")];
        var moving = new List<string>();
        foreach (var path in paths)
        {
            var holders = LocatedFile.Find(test.Targets.InUse!, path).Route.Holders;
            var at = holders[^1].FileSystemId == "fs-0" && holders.Length == 3 ? holders[1].FileSystemId : holders[^1].FileSystemId;
            test.PutOnDisk(at, path, "old");
            if (holders.Length == 3)
            {
                moving.Add(path);
            }
        }

        var listings = 0;
        test.Mounter.BeforeListing = async (_, _, entry) =>
        {
            if (entry is null && listings++ == 2)
            {
                // Two of the three file systems have been read: each file of the others' is brought to its owner.
                await Task.WhenAll(moving.Select(p => test.Store.WriteAllTextAsync(p, "new")));
            }
        };

        Assert.That(moving, Is.Not.Empty);
        Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EquivalentTo(paths));
    }

    [Test]
    public async Task An_older_copy_that_was_left_is_not_listed_beside_the_newer_one()
    {
        var map = StoreUnderTest.Map(2, 1);
        await using var test = await StoreUnderTest.StartAsync(map with
        {
            FileSystems = [map.FileSystems[0], map.FileSystems[1] with { State = FileSystemState.Joining }],
        });
        var path = test.PathOn("fs-1");
        test.PutOnDisk("fs-0", path, "old");
        test.PutOnDisk("fs-1", path, "new");

        Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EqualTo(new[] { path }));
    }

    [Test]
    public async Task Every_path_that_is_listed_can_be_read_and_what_cannot_is_said([Values] FileLayout layout)
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(2, 1, layout));
        using var leftOut = LeftOutOf(test);
        await test.Store.WriteAllTextAsync("file", "text");
        var (here, elsewhere) = test.Store.Locate("file").FileSystemId == "fs-0" ? ("fs-0", "fs-1") : ("fs-1", "fs-0");
        if (layout == FileLayout.Bucketed)
        {
            test.PutOnDisk(here, $"{(test.Store.Locate("file").Bucket + 1) % 4096:x3}/file", "in another bucket");
            test.PutOnDisk(here, $"{(test.Store.Locate("file").Bucket + 1) % 4096:x3}/d/file", "in another bucket");
            test.PutOnDisk(here, "file", "in none");
        }
        else
        {
            test.PutOnDisk(elsewhere, "file", "on another file system");
        }

        Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EqualTo(new[] { "file" }));
        Assert.That(leftOut.GetMeasurementSnapshot().Select(m => m.Tags["reason"]), Has.All.EqualTo("misplaced"));
        Assert.That(leftOut.GetMeasurementSnapshot().Sum(m => m.Value), Is.EqualTo(layout == FileLayout.Bucketed ? 3 : 1));
    }

    [Test]
    public async Task A_directory_that_may_not_be_read_is_said_and_passed_by([Values] FileLayout layout)
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, layout));
        using var leftOut = LeftOutOf(test);
        await test.Store.WriteAllTextAsync("a/good", "x");
        await test.Store.WriteAllTextAsync("b/hidden", "x");
        test.Mounter.BeforeListing = (_, directory, _) =>
            directory.Split('/')[^1] == "b" ? throw new UnauthorizedAccessException($"'{directory}': Permission denied.") : Task.CompletedTask;

        Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EqualTo(new[] { "a/good" }));
        Assert.That(leftOut.LastMeasurement!.Tags["reason"], Is.EqualTo("unreadable"));
    }

    [Test]
    public async Task The_directory_that_was_asked_for_must_be_readable()
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1));
        await test.Store.WriteAllTextAsync("b/hidden", "x");
        test.Mounter.BeforeListing = (_, _, _) => throw new UnauthorizedAccessException("'b': Permission denied.");

        await Assert.ThatAsync(() => test.Store.EnumerateAsync("b").ToListAsync().AsTask(), Throws.TypeOf<UnauthorizedAccessException>());
    }

    [Test]
    [Platform("Linux", Reason = "makes deep directories with a shell")]
    public async Task A_directory_that_is_too_deep_for_a_path_is_said_and_passed_by()
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1));
        using var leftOut = LeftOutOf(test);
        await test.Store.WriteAllTextAsync("good", "x");
        await RunAsync($"cd {test.Root}/fs-0 && n=$(printf 'd%.0s' $(seq 200)); for i in $(seq 30); do mkdir $n && cd -P $n || exit 1; done; touch leaf");

        Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EqualTo(new[] { "good" }));
        Assert.That(leftOut.LastMeasurement!.Tags["reason"], Is.EqualTo("too_long"));
        await RunAsync($"rm -rf {test.Root}/fs-0/d*");
    }

    [Test]
    [Platform("Linux", Reason = "makes names that are not UTF-8 with a shell")]
    public async Task Names_that_are_not_UTF8_are_said_once_a_directory([Values] FileLayout layout)
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, layout));
        using var leftOut = LeftOutOf(test);
        await test.Store.WriteAllTextAsync("d/good", "x");
        var directory = Directory.GetDirectories(test.OnDisk("fs-0", ""), "d", SearchOption.AllDirectories).Single();
        await RunAsync($"cd {directory} && touch $'caf\\xe9' && mkdir $'\\xff' && touch $'\\xff/inside'");

        Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EqualTo(new[] { "d/good" }));
        Assert.That(leftOut.GetMeasurementSnapshot().Single().Value, Is.EqualTo(2));
        Assert.That(leftOut.LastMeasurement!.Tags["reason"], Is.EqualTo("not_utf8"));
        await RunAsync($"rm -rf {directory}");
    }

    [Test]
    public async Task A_target_that_fails_midway_is_gone_on_from_by_another_without_doubles()
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 2));
        string[] paths = [.. Enumerable.Range(0, 40).Select(i => $"d{i % 4}/{i}")];
        await Task.WhenAll(paths.Select(p => test.Store.WriteAllTextAsync(p, p)));
        var entries = 0;
        test.Mounter.BeforeListing = (target, directory, entry) =>
        {
            if (entry is not null && directory.Length > 0 && Interlocked.Increment(ref entries) == 17)
            {
                test.Mounter.SwitchOff(target);
            }

            return Task.CompletedTask;
        };

        Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EquivalentTo(paths));
    }

    private static MetricCollector<long> LeftOutOf(StoreUnderTest test) =>
        new(test.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), "EfsSharding", "efs_sharding.listing.left_out");

    private static async Task RunAsync(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script]))!;
        await shell.WaitForExitAsync();
        Assert.That(shell.ExitCode, Is.Zero);
    }
}
