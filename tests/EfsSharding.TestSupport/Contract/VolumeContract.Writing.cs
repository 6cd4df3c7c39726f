using EfsSharding.Volumes;

namespace EfsSharding.TestSupport.Contract;

internal abstract partial class VolumeContract
{
    private static readonly int[] Lengths = [10, 2_000_000];

    [Test]
    public async Task Replace_puts_the_new_content_in_place_of_the_old(
        [ValueSource(nameof(Lengths))] int oldLength, [ValueSource(nameof(Lengths))] int newLength)
    {
        await WriteStreamAsync(Volume, "file", new MemoryStream(Bytes(oldLength, seed: 1)));
        var content = Bytes(newLength, seed: 2);

        await WriteStreamAsync(Other, "file", new MemoryStream(content));

        Assert.That((await ReadAsync(Volume, "file")).AsSpan().SequenceEqual(content), Is.True);
        Assert.That((await ListAsync(Volume, "")).Select(e => e.Name), Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public async Task CreateNew_leaves_a_file_that_is_there([ValueSource(nameof(Lengths))] int length)
    {
        var old = Bytes(100);
        await WriteAsync(Volume, "d/file", old, FileWriteMode.CreateNew);

        Assert.That(
            () => WriteStreamAsync(Other, "d/file", new MemoryStream(Bytes(length, seed: 2)), FileWriteMode.CreateNew),
            Throws.InstanceOf<FileExistsException>());

        Assert.That(await ReadAsync(Volume, "d/file"), Is.EqualTo(old));
        await NoTemporaryFileStaysAsync("d");
    }

    [Test]
    public async Task Append_adds_at_the_end()
    {
        byte[][] parts = [Bytes(10, 1), Bytes(1_500_000, 2), [], Bytes(5, 3)];
        foreach (var (part, volume) in parts.Zip([Volume, Other, Volume, Other]))
        {
            await WriteStreamAsync(volume, "d/file", new MemoryStream(part), FileWriteMode.Append);
        }

        byte[] expected = [.. parts.SelectMany(p => p)];
        Assert.That((await ReadAsync(Volume, "d/file")).AsSpan().SequenceEqual(expected), Is.True);
        Assert.That(Server.Names("d"), Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public async Task Directories_that_are_missing_are_made([Values] FileWriteMode mode)
    {
        var path = string.Join('/', Enumerable.Range(0, 30).Select(i => $"level-{i}"));

        await WriteAsync(Volume, path, [1, 2, 3], mode);

        Assert.That(await ReadAsync(Other, path), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task A_deleted_file_is_gone_and_can_be_made_again()
    {
        await WriteAsync(Volume, "d/file", [1]);

        Assert.That(await Other.DeleteAsync("d/file", CancellationToken.None), Is.True);
        Assert.That(await Volume.DeleteAsync("d/file", CancellationToken.None), Is.False);
        Assert.That(Server.Read("d/file"), Is.Null);
        await WriteAsync(Volume, "d/file", [2], FileWriteMode.CreateNew);
        Assert.That(await ReadAsync(Other, "d/file"), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task A_directory_in_the_way_is_left_as_it_is([Values] FileWriteMode mode, [ValueSource(nameof(Lengths))] int length)
    {
        Server.Write("directory/inside", "x"u8);

        Assert.That(
            () => WriteStreamAsync(Volume, "directory", new MemoryStream(Bytes(length)), mode),
            Throws.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>());

        Assert.That(Server.Read("directory/inside"), Is.EqualTo("x"u8.ToArray()));
        await NoTemporaryFileStaysAsync("");
    }

    [Test]
    public void A_file_in_the_place_of_a_directory_is_left_as_it_is([Values] FileWriteMode mode)
    {
        Server.Write("file", "x"u8);

        Assert.That(() => WriteAsync(Volume, "file/below/it", [1], mode), Throws.InstanceOf<IOException>());

        Assert.That(Server.Read("file"), Is.EqualTo("x"u8.ToArray()));
    }

    [Test]
    public async Task Content_that_fails_midway_changes_nothing([Values(FileWriteMode.Replace, FileWriteMode.CreateNew)] FileWriteMode mode)
    {
        var path = mode == FileWriteMode.Replace ? "d/old" : "d/new";
        Server.Write("d/old", "old"u8);
        var content = new PatternStream(
            Bytes(4_000_000), step: 100_000, position => _ = position < 3_000_000 ? 0 : throw new InvalidDataException("broken"));

        Assert.That(() => WriteStreamAsync(Volume, path, content, mode), Throws.InstanceOf<InvalidDataException>());

        await NoTemporaryFileStaysAsync("d");
        Assert.That(Server.Names("d"), Is.EqualTo(new[] { "old" }));
        Assert.That(Server.Read("d/old"), Is.EqualTo("old"u8.ToArray()));
    }

    [Test]
    public async Task A_write_that_is_cancelled_midway_changes_nothing([Values(FileWriteMode.Replace, FileWriteMode.CreateNew)] FileWriteMode mode)
    {
        var path = mode == FileWriteMode.Replace ? "d/old" : "d/new";
        Server.Write("d/old", "old"u8);
        using var cancellation = new CancellationTokenSource();
        var content = new PatternStream(
            Bytes(6_000_000), step: 100_000, position => { if (position > 3_000_000) { cancellation.Cancel(); } });

        Assert.That(
            () => WriteStreamAsync(Volume, path, content, mode, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());

        await NoTemporaryFileStaysAsync("d");
        Assert.That(Server.Names("d"), Is.EqualTo(new[] { "old" }));
        Assert.That(Server.Read("d/old"), Is.EqualTo("old"u8.ToArray()));
    }
}
