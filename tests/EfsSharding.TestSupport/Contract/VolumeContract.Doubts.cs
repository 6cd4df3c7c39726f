using EfsSharding.Volumes;

namespace EfsSharding.TestSupport.Contract;

internal abstract partial class VolumeContract
{
    [Test]
    public async Task An_attempt_in_doubt_is_fenced_before_anything_is_published(
        [Values(FileWriteMode.Replace, FileWriteMode.CreateNew)] FileWriteMode mode, [Values("file", "d/file")] string path)
    {
        var write = GivenUp(Bytes(100), mode, out var attempt);
        var temporary = Beside(path, attempt);
        Server.Write(temporary, "left behind"u8);

        await GoOnAsync(Other, path, write, attempt);

        Assert.That(Server.Read(temporary), Is.Null);
        Assert.That(await ReadAsync(Volume, path), Is.EqualTo(Bytes(100)));
    }

    [Test]
    public void An_attempt_in_doubt_that_had_become_the_file_ends_the_write()
    {
        var write = GivenUp(Bytes(100), FileWriteMode.CreateNew, out var attempt);
        Server.Write(Beside("d/file", attempt), "its content"u8);
        Link(Beside("d/file", attempt), "d/file");

        Assert.That(
            () => GoOnAsync(Other, "d/file", write, attempt),
            KnowsFilesByTheirId ? Throws.Nothing : Throws.InstanceOf<FileExistsException>());

        Assert.That(Server.Read("d/file"), Is.EqualTo("its content"u8.ToArray()));
        Assert.That(Server.Names("d"), Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public async Task An_attempt_that_is_known_to_have_published_ends_the_write(
        [Values(FileWriteMode.Replace, FileWriteMode.CreateNew)] FileWriteMode mode)
    {
        var write = GivenUp(Bytes(100), mode, out var attempt);
        Server.Write("d/file", "its content"u8);
        attempt.MarkPublished();

        await GoOnAsync(Other, "d/file", write, attempt);

        Assert.That(Server.Read("d/file"), Is.EqualTo("its content"u8.ToArray()));
    }

    [Test]
    public void Somebody_elses_file_does_not_end_the_write()
    {
        var write = GivenUp(Bytes(100), FileWriteMode.CreateNew, out var attempt);
        Server.Write(Beside("d/file", attempt), "left behind"u8);
        Server.Write("d/file", "theirs"u8);

        Assert.That(() => GoOnAsync(Other, "d/file", write, attempt), Throws.InstanceOf<FileExistsException>());

        Assert.That(Server.Read("d/file"), Is.EqualTo("theirs"u8.ToArray()));
        Assert.That(Server.Names("d"), Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public async Task An_earlier_write_is_fenced_and_does_not_end_this_one([Values] bool hadPublished)
    {
        var earlier = new WriteAttempt();
        earlier.Abandon();
        Server.Write(Beside("d/file", earlier), "earlier"u8);
        if (hadPublished)
        {
            Link(Beside("d/file", earlier), "d/file");
        }

        await Other.FenceAsync("d/file", earlier, CancellationToken.None);
        await WriteAsync(Other, "d/file", Bytes(10));

        Assert.That(Server.Read("d/file"), Is.EqualTo(Bytes(10)));
        Assert.That(Server.Names("d"), Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public async Task An_attempt_that_was_given_up_publishes_nothing(
        [Values(FileWriteMode.Replace, FileWriteMode.CreateNew)] FileWriteMode mode, [ValueSource(nameof(Lengths))] int length)
    {
        var content = await FileContentReader.ReadAsync(new MemoryStream(Bytes(length)), CancellationToken.None);
        var write = new PendingWrite(content, mode);
        write.Current.Abandon();

        Assert.That(() => Volume.WriteAsync("d/file", write, CancellationToken.None), Throws.InstanceOf<TargetFaultException>());

        Assert.That(Server.Read("d/file"), Is.Null);
        await NoTemporaryFileStaysAsync("d");
    }

    private static PendingWrite GivenUp(byte[] content, FileWriteMode mode, out WriteAttempt attempt)
    {
        var write = Pending(content, mode);
        attempt = write.Abandon();
        return write;
    }

    private static string Beside(string path, WriteAttempt attempt) => path[..(path.LastIndexOf('/') + 1)] + attempt.TemporaryName;

    private void Link(string existing, string path)
    {
        if (!Server.TryLink(existing, path))
        {
            Assert.Ignore("needs hard links: run on Linux or macOS");
        }
    }
}
