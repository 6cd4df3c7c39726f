using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>The client against an independent peer that is in good health: what it sends is understood, and does what was asked.</summary>
public sealed class LimitedServersTests
{
    private static readonly TestCaseData[] Servers =
    [
        new TestCaseData(new PeerSettings()).SetArgDisplayNames("as EFS is"),
        new TestCaseData(new PeerSettings { TakesCurrentStateid = false }).SetArgDisplayNames("no current stateid"),
        new TestCaseData(new PeerSettings { TakesAnonymousStateid = false }).SetArgDisplayNames("no anonymous stateid"),
        new TestCaseData(new PeerSettings { TakesCurrentStateid = false, TakesAnonymousStateid = false }).SetArgDisplayNames("neither"),
        new TestCaseData(new PeerSettings { TakesVerify = false }).SetArgDisplayNames("no VERIFY"),
        new TestCaseData(new PeerSettings { FragmentSize = 7, SegmentSize = 3 }).SetArgDisplayNames("fragments"),
        new TestCaseData(new PeerSettings { MaxEntries = 1 }).SetArgDisplayNames("one entry a page"),
        new TestCaseData(new PeerSettings { MaxIo = 3 }).SetArgDisplayNames("short reads and writes"),
        new TestCaseData(new PeerSettings { Limits = new ChannelLimits(8192, 8192, 2048, 16, 1) }).SetArgDisplayNames("one slot, small messages"),
    ];

    [TestCaseSource(nameof(Servers))]
    public async Task Files_are_written_read_listed_and_deleted(object settings)
    {
        await using var scripted = await ScriptedVolume.StartAsync((PeerSettings)settings);
        await scripted.WriteAsync("a/b/one", "first content", FileWriteMode.Replace);
        await scripted.WriteAsync("a/b/one", "second", FileWriteMode.Replace);
        await scripted.WriteAsync("a/b/two", "new", FileWriteMode.CreateNew);
        await Assert.ThatAsync(() => scripted.WriteAsync("a/b/two", "newer", FileWriteMode.CreateNew), Throws.TypeOf<FileExistsException>());
        await scripted.WriteAsync("a/b/two", " and more", FileWriteMode.Append);
        var names = await scripted.ListAsync("a/b");
        var attributes = await scripted.Volume.GetAttributesAsync("a/b/two", CancellationToken.None);

        Assert.Multiple(async () =>
        {
            Assert.That(await scripted.ReadAsync("a/b/one"), Is.EqualTo("second"));
            Assert.That(await scripted.ReadAsync("a/b/two"), Is.EqualTo("new and more"));
            Assert.That(names, Is.EquivalentTo(new[] { "one", "two" }));
            Assert.That(attributes!.Value.Length, Is.EqualTo(12));
            Assert.That(await scripted.Volume.DeleteAsync("a/b/one", CancellationToken.None), Is.True);
            Assert.That(await scripted.Volume.DeleteAsync("a/b/one", CancellationToken.None), Is.False);
            Assert.That(scripted.Server.Tree.Files().Keys.Where(path => !path.StartsWith(LockPlace.Directory, StringComparison.Ordinal)), Is.EqualTo(new[] { "a/b/two" }));
            Assert.That(scripted.Server.Complaints, Is.Empty);
        });
    }

    [Test]
    public async Task A_symbolic_link_is_no_file_and_not_followed()
    {
        await using var scripted = await ScriptedVolume.StartAsync();
        scripted.Server.Tree.PutSymlink("d/link");

        await Assert.ThatAsync(() => scripted.ReadAsync("d/link"), Throws.TypeOf<FileNotFoundException>());
        await Assert.ThatAsync(() => scripted.ReadAsync("d/link/below"), Throws.TypeOf<FileNotFoundException>());
        Assert.That(scripted.Server.Complaints, Is.Empty);
    }
}
