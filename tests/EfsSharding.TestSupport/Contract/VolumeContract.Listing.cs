using EfsSharding.Volumes;

namespace EfsSharding.TestSupport.Contract;

internal abstract partial class VolumeContract
{
    private static readonly string[] UnusualNames =
    [
        "a b", " leading and trailing ", "日本語", "emoji-😀", "e\u0301-and-é", "back\\slash", "new\nline", "tab\t", "*?", "-rf", "...", "..a", ".hidden",
        "quote'\"", "%2e%2e", "~", "\u202Eright-to-left", "\uFEFFmark", "\uFFFD", "con", "CASE", "case", new string('x', 255), new string('é', 127),
    ];

    [Test]
    public async Task A_listing_shows_what_is_in_one_directory()
    {
        await WriteAsync(Volume, "top", [1]);
        await WriteAsync(Volume, "d/one", [1]);
        await WriteAsync(Volume, "d/two", [1]);
        await WriteAsync(Volume, "d/sub/deep", [1]);
        Server.Write($"d/{TemporaryName.Create()}", "x"u8);

        Assert.That(
            await ListAsync(Other, "d"),
            Is.EquivalentTo(new[]
            {
                new DirectoryEntry("one", DirectoryEntryKind.File),
                new DirectoryEntry("two", DirectoryEntryKind.File),
                new DirectoryEntry("sub", DirectoryEntryKind.Directory),
            }));
        Assert.That(
            await ListAsync(Other, ""),
            Is.EquivalentTo(new[] { new DirectoryEntry("top", DirectoryEntryKind.File), new DirectoryEntry("d", DirectoryEntryKind.Directory) }));
        Assert.That((await ListAsync(Other, "d/sub")).Single().Name, Is.EqualTo("deep"));
    }

    [Test]
    public async Task A_listing_removes_temporary_files_that_did_not_change_for_a_day_and_no_others([Values(-3, 0, 3)] int daysThatTheClockIsWrong)
    {
        Time.WallClockError = TimeSpan.FromDays(daysThatTheClockIsWrong);
        var left = Enumerable.Range(0, 5).Select(_ => TemporaryName.Create()).ToArray();
        var (written, young, directory) = (TemporaryName.Create(), TemporaryName.Create(), TemporaryName.Create());
        foreach (var name in left.Append(written).Append("file").Append($"{directory}/inside"))
        {
            Server.Write($"d/{name}", "x"u8);
            Server.Age($"d/{name}", TimeSpan.FromDays(100));
        }

        Assert.That((await ListAsync(Volume, "d")).Select(e => e.Name), Is.EqualTo(new[] { "file" }));
        await SettleAsync();
        Time.Jump(TimeSpan.FromHours(23));
        await WriteAsync(Other, $"d/{written}", [1, 2]);
        Server.Write($"d/{young}", "x"u8);
        await ListAsync(Volume, "d");
        await SettleAsync();
        Assert.That(Server.Names("d"), Is.EquivalentTo(left.Append(written).Append(young).Append(directory).Append("file")), "whatever its times say");

        Time.Jump(TimeSpan.FromHours(2));
        await ListAsync(Volume, "d");
        await UntilAsync(() => !Server.Names("d").Intersect(left).Any());

        Assert.That(Server.Names("d"), Is.EquivalentTo(new[] { written, young, directory, "file" }));
        Assert.That(Server.Names($"d/{directory}"), Is.EqualTo(new[] { "inside" }));
    }

    /// <summary>Lets a look at temporary files end that no listing waits for: what is asked for later is answered later.</summary>
    private async Task SettleAsync()
    {
        for (var i = 0; i < 20; i++)
        {
            await Volume.ProbeAsync(CancellationToken.None);
        }
    }

    [Test]
    public async Task An_empty_directory_has_no_entries()
    {
        Server.MakeDirectory("d");

        Assert.That(await ListAsync(Volume, "d"), Is.Empty);
    }

    [TestCase("missing")]
    [TestCase("missing/deeper")]
    [TestCase("file")]
    [TestCase("file/below")]
    public void What_is_no_directory_cannot_be_listed(string directory)
    {
        Server.Write("file", "x"u8);

        Assert.That(() => ListAsync(Volume, directory), Throws.InstanceOf<DirectoryNotFoundException>());
    }

    [Test]
    public async Task A_large_directory_is_listed_whole()
    {
        var names = Enumerable.Range(0, 2000).Select(i => $"a-name-of-some-length-{i:d6}").ToArray();
        foreach (var name in names)
        {
            Server.Write($"large/{name}", []);
        }

        Assert.That((await ListAsync(Volume, "large")).Select(e => e.Name).Order(StringComparer.Ordinal), Is.EqualTo(names));
    }

    [Test]
    public async Task A_listing_may_be_left_early()
    {
        foreach (var i in Enumerable.Range(0, 100))
        {
            Server.Write($"d/{i}", []);
        }

        await foreach (var entry in Volume.ListAsync("d", CancellationToken.None))
        {
            Assert.That(entry.Kind, Is.EqualTo(DirectoryEntryKind.File));
            break;
        }

        Assert.That(await ListAsync(Volume, "d"), Has.Count.EqualTo(100));
    }

    [Test]
    public async Task Any_name_that_is_a_store_path_names_a_file()
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
        {
            Assert.Ignore("needs a file system that takes any name: run on Linux");
        }

        for (var i = 0; i < UnusualNames.Length; i++)
        {
            await WriteAsync(Volume, $"names/{UnusualNames[i]}", [(byte)i], FileWriteMode.CreateNew);
            await WriteAsync(Volume, $"directories/{UnusualNames[i]}/file", [(byte)i]);
        }

        Assert.That((await ListAsync(Other, "names")).Select(e => e.Name), Is.EquivalentTo(UnusualNames));
        Assert.That((await ListAsync(Other, "directories")).Select(e => e.Name), Is.EquivalentTo(UnusualNames));
        for (var i = 0; i < UnusualNames.Length; i++)
        {
            Assert.That(await ReadAsync(Other, $"names/{UnusualNames[i]}"), Is.EqualTo(new[] { (byte)i }));
            Assert.That(await ReadAsync(Other, $"directories/{UnusualNames[i]}/file"), Is.EqualTo(new[] { (byte)i }));
            Assert.That(await Other.DeleteAsync($"names/{UnusualNames[i]}", CancellationToken.None), Is.True);
        }
    }
}
