using System.Diagnostics;
using EfsSharding.Targets;

namespace EfsSharding.Tests.Storage.Listing;

internal sealed class ListingWhileFilesMoveTests
{
    private static readonly FileSystemState[] States = [FileSystemState.Active, FileSystemState.Joining, FileSystemState.Draining];

    /// <summary>One file moves to the file system that owns its bucket at each moment at which a listing looks anywhere.</summary>
    [Test]
    public async Task A_file_that_is_replaced_meanwhile_is_listed_once(
        [Values] FileLayout layout, [Values("AJ", "JA", "AD", "DA", "JJA", "JAJ", "DJA", "DDA", "JDAJ")] string states, [Range(0, 7)] int moment)
    {
        var all = StoreUnderTest.Map(states.Length, 1, layout);
        var map = all with
        {
            FileSystems = [.. all.FileSystems.Select((f, i) => f with { State = Array.Find(States, s => s.ToString()[0] == states[i]) })],
        };
        await using var test = await StoreUnderTest.StartAsync(map);
        var (paths, moving) = PutWhereTheyWere(test, layout);
        var moments = 0;
        test.Mounter.BeforeListing = async (_, _, _) =>
        {
            if (moments++ == moment)
            {
                foreach (var path in moving)
                {
                    await test.Store.WriteAllTextAsync(path, "new");
                }
            }
        };

        var listed = await test.Store.EnumerateAsync().ToListAsync();

        Assert.That(listed, Is.EquivalentTo(paths));
        Assert.That(await test.Store.EnumerateAsync("d").ToListAsync(), Is.EquivalentTo(paths));
    }

    [Test]
    public async Task A_directory_that_a_second_target_begins_again_has_no_doubles_and_no_gaps([Range(0, 5)] int moment)
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 2));
        string[] paths = [.. Enumerable.Range(0, 4).Select(i => $"d/file-{i}")];
        foreach (var path in paths)
        {
            await test.Store.WriteAllTextAsync(path, path);
        }

        var moments = 0;
        test.Mounter.BeforeListing = (target, _, _) =>
        {
            if (moments++ == moment)
            {
                test.Mounter.SwitchOff(target);
            }

            return Task.CompletedTask;
        };

        Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EquivalentTo(paths));
    }

    [Test]
    public async Task A_file_where_no_path_leads_is_not_listed()
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, FileLayout.Bucketed));
        await test.Store.WriteAllTextAsync("file", "text");
        var bucket = test.Store.Locate("file").Bucket;
        test.PutOnDisk("fs-0", $"{(bucket + 1) % 4096:x3}/file", "a copy in another bucket");
        test.PutOnDisk("fs-0", $"{(test.Store.Locate("other").Bucket + 1) % 4096:x3}/other", "a stray file");

        Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public async Task A_listing_goes_on_past_a_directory_that_cannot_be_read([Values] FileLayout layout)
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, layout));
        string[] paths = ["a/1", "b/2", "c/3"];
        foreach (var path in paths)
        {
            await test.Store.WriteAllTextAsync(path, path);
        }

        // As root nothing is without permission, so the volume says so for once.
        test.Mounter.BeforeListing = (_, directory, _) =>
            directory.EndsWith('b') && directory.Length is 1 or 5 ? throw new UnauthorizedAccessException("Permission denied.") : Task.CompletedTask;

        Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EquivalentTo(new[] { "a/1", "c/3" }));
        if (layout == FileLayout.Plain)
        {
            await Assert.ThrowsAsync<UnauthorizedAccessException>(async () => await test.Store.EnumerateAsync("b").ToListAsync());
        }
    }

    [Test]
    [Platform("Linux")]
    public async Task A_listing_goes_on_past_paths_that_are_too_long()
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1));
        await test.Store.WriteAllTextAsync("good", "x");
        await RunAsync(test.OnDisk("fs-0", ""), "n=$(printf 'd%.0s' $(seq 200)); for i in $(seq 30); do mkdir $n && cd $n || exit 1; done; touch leaf");
        try
        {
            Assert.That(await test.Store.EnumerateAsync().ToListAsync(), Is.EqualTo(new[] { "good" }));
        }
        finally
        {
            await RunAsync(test.OnDisk("fs-0", ""), "rm -rf d*");
        }
    }

    [Test]
    [Platform("Linux")]
    public async Task Names_that_are_not_UTF8_hide_nothing_else([Values] FileLayout layout)
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, layout));
        await test.Store.WriteAllTextAsync("d/good", "x");
        var directory = Path.GetDirectoryName(test.Store.Locate("d/good").PhysicalPath!)!;
        await RunAsync(directory, @"touch $'caf\xe9' && mkdir $'\xff' && touch $'\xff/below'");

        var listed = await test.Store.EnumerateAsync().ToListAsync();
        var below = await test.Store.EnumerateAsync("d").ToListAsync();

        // .NET cannot delete names that are not UTF-8.
        await RunAsync(directory, @"rm -r $'caf\xe9' $'\xff'");
        Assert.That(listed, Is.EqualTo(new[] { "d/good" }));
        Assert.That(below, Is.EqualTo(new[] { "d/good" }));
    }

    private static (string[] Paths, string[] Moving) PutWhereTheyWere(StoreUnderTest test, FileLayout layout)
    {
        List<string> paths = [], moving = [];
        for (var i = 0; i < 12; i++)
        {
            var path = $"d/file-{i}";
            var located = test.Store.Locate(path);
            var holders = LocatedHolders(test, path);
            var before = holders.Length > 1 ? holders[1 + (i % (holders.Length - 1))] : holders[0];
            test.PutOnDisk(before, layout == FileLayout.Bucketed ? $"{located.Bucket:x3}/{path}" : path, "old");
            paths.Add(path);
            if (holders.Length > 1)
            {
                moving.Add(path);
            }
        }

        return ([.. paths], [.. moving]);
    }

    private static string[] LocatedHolders(StoreUnderTest test, string path) =>
        [.. EfsSharding.Targets.LocatedFile.Find(test.Targets.InUse!, path).Route.Holders.Select(h => h.FileSystemId)];

    private static async Task RunAsync(string directory, string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script]) { WorkingDirectory = directory })!;
        await bash.WaitForExitAsync();
        Assert.That(bash.ExitCode, Is.Zero);
    }
}
