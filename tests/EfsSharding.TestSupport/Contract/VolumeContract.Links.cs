using EfsSharding.Volumes;

namespace EfsSharding.TestSupport.Contract;

internal abstract partial class VolumeContract
{
    [Test]
    public async Task A_symbolic_link_is_neither_read_nor_written_through([Values] bool relative)
    {
        MakeLink("d/link", relative ? "file" : "/etc/hostname");
        Server.Write("d/file", "behind"u8);

        AssertRefused(() => ReadAsync(Volume, "d/link"));
        AssertRefused(() => Volume.OpenReadAsync("d/link", CancellationToken.None));
        AssertRefused(() => WriteAsync(Volume, "d/link", [1], FileWriteMode.Append));
        AssertRefused(() => WriteAsync(Volume, "d/link", [1], FileWriteMode.CreateNew));
        await ReplaceOrRefuseAsync("d/link");
        Assert.That(Server.Read("d/file"), Is.EqualTo("behind"u8.ToArray()));
        await NoTemporaryFileStaysAsync("d");
    }

    [Test]
    public async Task A_symbolic_link_is_listed_as_no_file()
    {
        MakeLink("d/link", "file");
        MakeLink("d/up", "..");
        Server.Write("d/file", "behind"u8);

        Assert.That(
            await ListAsync(Volume, "d"),
            Is.EquivalentTo(new[]
            {
                new DirectoryEntry("file", DirectoryEntryKind.File),
                new DirectoryEntry("link", DirectoryEntryKind.Other),
                new DirectoryEntry("up", DirectoryEntryKind.Other),
            }));
        Assert.That(() => ListAsync(Volume, "d/up"), Throws.TypeOf<DirectoryNotFoundException>());
    }

    [Test]
    public async Task A_symbolic_link_on_the_way_leads_nowhere([Values("inside", "..", "/tmp")] string target)
    {
        Server.Write("inside/file", "behind"u8);
        Server.Write("file", "behind"u8);
        MakeLink("way", target);
        MakeLink("inside/way", target);

        foreach (var path in new[] { "way/file", "inside/way/file", "way/new/file" })
        {
            AssertRefused(() => ReadAsync(Volume, path));
            AssertRefused(() => WriteAsync(Volume, path, [1]));
            AssertRefused(() => WriteAsync(Volume, path, [1], FileWriteMode.CreateNew));
            AssertRefused(() => WriteAsync(Volume, path, [1], FileWriteMode.Append));
            await AssertNotDeletedAsync(path);
        }

        Assert.That(Server.Read("inside/file"), Is.EqualTo("behind"u8.ToArray()));
        Assert.That(Server.Read("file"), Is.EqualTo("behind"u8.ToArray()));
        Assert.That(Server.Names("inside"), Is.EquivalentTo(new[] { "file", "way" }));
    }

    private static void AssertRefused(Func<Task> call) => Assert.That(
        call, Throws.Exception.Matches<Exception>(e => e is UnauthorizedAccessException or (IOException and not TargetFaultException)));

    private void MakeLink(string path, string target)
    {
        Server.Write($"{path}.directory-maker", []);
        if (!Server.TryMakeSymbolicLink(path, target))
        {
            Assert.Ignore("needs symbolic links: run on Linux or macOS, or on Windows in developer mode");
        }

        _ = Volume.DeleteAsync($"{path}.directory-maker", CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>The link itself may be replaced by the file, as rename(2) does; what it points at may not.</summary>
    private async Task ReplaceOrRefuseAsync(string path)
    {
        try
        {
            await WriteAsync(Volume, path, [7]);
        }
        catch (UnauthorizedAccessException)
        {
            return;
        }

        Assert.That(await ReadAsync(Volume, path), Is.EqualTo(new byte[] { 7 }));
    }

    private async Task AssertNotDeletedAsync(string path)
    {
        try
        {
            Assert.That(await Volume.DeleteAsync(path, CancellationToken.None), Is.False);
        }
        catch (UnauthorizedAccessException)
        {
            // Refused is as good as not found.
        }
    }
}
