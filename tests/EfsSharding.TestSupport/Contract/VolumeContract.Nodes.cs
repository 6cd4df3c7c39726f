using EfsSharding.Volumes;

namespace EfsSharding.TestSupport.Contract;

/// <summary>The table of docs/operations.md: what each member answers about each kind of thing, at each place of a path.</summary>
internal abstract partial class VolumeContract
{
    private static readonly byte[] Old = "old"u8.ToArray();

    [Test]
    public async Task Reading_answers_the_same_about_everything([Values] NodeKind kind, [Values("x", "d/x")] string path)
    {
        await MakeAsync(path, kind);

        if (kind == NodeKind.File)
        {
            Assert.That(await ReadAsync(Volume, path), Is.EqualTo(Old));
            Assert.That((await Volume.GetAttributesAsync(path, CancellationToken.None))!.Value.Length, Is.EqualTo(Old.Length));
            Assert.That(() => ListAsync(Volume, path), Throws.TypeOf<DirectoryNotFoundException>());
            return;
        }

        Assert.That(() => ReadAsync(Volume, path), Throws.TypeOf<FileNotFoundException>());
        Assert.That(() => Volume.OpenReadAsync(path, CancellationToken.None), Throws.TypeOf<FileNotFoundException>());
        Assert.That(await Volume.GetAttributesAsync(path, CancellationToken.None), Is.Null);
        Assert.That(() => ListAsync(Volume, path), IsDirectory(kind) ? Throws.Nothing : Throws.TypeOf<DirectoryNotFoundException>());
    }

    [Test]
    public async Task Deleting_takes_files_alone([Values] NodeKind kind, [Values("x", "d/x")] string path)
    {
        await MakeAsync(path, kind);

        Assert.That(await Volume.DeleteAsync(path, CancellationToken.None), Is.EqualTo(kind == NodeKind.File));

        Assert.That(IsThere(path), Is.EqualTo(kind is not (NodeKind.Nothing or NodeKind.File)));
    }

    [Test]
    public async Task Writing_takes_the_place_of_what_holds_no_file(
        [Values] FileWriteMode mode, [Values] NodeKind kind, [Values("x", "d/x")] string path, [ValueSource(nameof(Lengths))] int length)
    {
        await MakeAsync(path, kind);
        var content = Bytes(length);
        Task Write() => WriteStreamAsync(Volume, path, new MemoryStream(content), mode);

        switch (kind)
        {
            case NodeKind.DirectoryWithFile or NodeKind.DirectoryWithWrite:
            case NodeKind.LinkToFile or NodeKind.LinkToDirectory or NodeKind.LinkToNothing or NodeKind.Pipe or NodeKind.Socket when mode != FileWriteMode.Replace:
                Assert.That(Write, Throws.TypeOf<PathConflictException>());
                Assert.That(IsThere(path), Is.True);
                break;
            case NodeKind.File when mode == FileWriteMode.CreateNew:
                Assert.That(Write, Throws.TypeOf<FileExistsException>());
                Assert.That(Server.Read(path), Is.EqualTo(Old));
                break;
            default:
                await Write();
                Assert.That(
                    (await ReadAsync(Other, path)).AsSpan().SequenceEqual(kind == NodeKind.File && mode == FileWriteMode.Append ? [.. Old, .. content] : content), Is.True);
                break;
        }

        await NoTemporaryFileStaysAsync(path.Contains('/', StringComparison.Ordinal) ? "d" : "");
        Assert.That(Server.Read("target/behind"), Is.EqualTo(Old));
        Assert.That(Server.Names("target"), Is.EqualTo(new[] { "behind" }));
    }

    [Test]
    public async Task Nothing_is_below_what_is_no_directory(
        [Values(NodeKind.File, NodeKind.LinkToFile, NodeKind.LinkToDirectory, NodeKind.LinkToNothing, NodeKind.Pipe, NodeKind.Socket)] NodeKind kind,
        [Values("x/behind", "d/x/behind", "d/x/new/behind")] string path)
    {
        await MakeAsync(path[..(path.IndexOf('x', StringComparison.Ordinal) + 1)], kind);

        Assert.That(() => ReadAsync(Volume, path), Throws.TypeOf<FileNotFoundException>());
        Assert.That(() => Volume.OpenReadAsync(path, CancellationToken.None), Throws.TypeOf<FileNotFoundException>());
        Assert.That(await Volume.GetAttributesAsync(path, CancellationToken.None), Is.Null);
        Assert.That(await Volume.DeleteAsync(path, CancellationToken.None), Is.False);
        Assert.That(() => ListAsync(Volume, path), Throws.TypeOf<DirectoryNotFoundException>());
        foreach (var mode in Enum.GetValues<FileWriteMode>())
        {
            Assert.That(() => WriteAsync(Volume, path, [1], mode), Throws.TypeOf<PathConflictException>());
        }

        Assert.That(Server.Read("target/behind"), Is.EqualTo(Old));
        Assert.That(Server.Names("target"), Is.EqualTo(new[] { "behind" }));
    }

    [Test]
    public async Task A_path_that_was_a_directory_of_files_becomes_a_file([Values] FileWriteMode mode, [Values("d", "a/d")] string path)
    {
        await WriteAsync(Volume, $"{path}/a", [1]);
        await WriteAsync(Volume, $"{path}/b/c", [1]);
        await Other.DeleteAsync($"{path}/a", CancellationToken.None);
        await Other.DeleteAsync($"{path}/b/c", CancellationToken.None);

        await WriteAsync(Volume, path, [2], mode);

        Assert.That(await ReadAsync(Other, path), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task The_longest_paths_are_written_read_listed_and_deleted([Values(4095, 4096, 4100)] int length)
    {
        // 4,100 bytes are the longest store path with a bucket's directory in front.
        var path = string.Join('/', Enumerable.Repeat(new string('n', 249), 16));
        path += $"/{new string('m', length - path.Length - 3)}/f";
        Assert.That(path, Has.Length.EqualTo(length));
        if (!TakesLongestPaths)
        {
            Assert.That(() => WriteAsync(Volume, path, [1]), Throws.InstanceOf<IOException>());
            Assert.That(await Volume.GetAttributesAsync(path, CancellationToken.None), Is.Null);
            return;
        }

        foreach (var mode in new[] { FileWriteMode.CreateNew, FileWriteMode.Replace, FileWriteMode.Append })
        {
            await WriteAsync(Volume, path, [7], mode);
        }

        Assert.That(await ReadAsync(Other, path), Is.EqualTo(new byte[] { 7, 7 }));
        Assert.That(await ReadStreamAsync(Volume, path), Is.EqualTo(new byte[] { 7, 7 }));
        Assert.That((await Other.GetAttributesAsync(path, CancellationToken.None))!.Value.Length, Is.EqualTo(2));
        Assert.That((await ListAsync(Other, path[..^2])).Select(e => e.Name), Is.EqualTo(new[] { "f" }));
        Assert.That(() => WriteAsync(Volume, path, [7], FileWriteMode.CreateNew), Throws.TypeOf<FileExistsException>());
        Assert.That(await Volume.DeleteAsync(path, CancellationToken.None), Is.True);
        Assert.That(await Volume.GetAttributesAsync(path, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Deleting_files_leaves_no_directories()
    {
        Server.Write("kept/a/file", "x"u8);
        string[] paths = [.. from a in new[] { "one", "two" } from b in new[] { "three/four", "five" } from c in new[] { "x", "y" } select $"{a}/{b}/{c}"];
        foreach (var path in paths.Append("kept/b/c/file"))
        {
            await WriteAsync(Volume, path, [1]);
        }

        foreach (var path in paths.Append("kept/b/c/file"))
        {
            Assert.That(await Volume.DeleteAsync(path, CancellationToken.None), Is.True);
        }

        await Volume.DisposeAsync();
        Assert.That(Server.Names(""), Is.EqualTo(new[] { "kept" }));
        Assert.That(Server.Names("kept"), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task A_writer_finds_its_directories_whoever_removes_them([Values] FileWriteMode mode)
    {
        using var stop = new CancellationTokenSource();
        var remover = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await WriteAsync(Other, $"race/deep/other", [1]);
                await Other.DeleteAsync("race/deep/other", CancellationToken.None);
                Server.RemoveEmptyDirectory("race/deep");
                Server.RemoveEmptyDirectory("race");
            }
        });
        try
        {
            for (var i = 0; i < 100; i++)
            {
                await WriteAsync(Volume, $"race/deep/{i}", [1], mode);
                Assert.That(await ReadAsync(Volume, $"race/deep/{i}"), Is.EqualTo(new byte[] { 1 }));
                Assert.That(await Volume.DeleteAsync($"race/deep/{i}", CancellationToken.None), Is.True);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await remover;
        }
    }

    /// <summary>Beyond 32 bits; what .NET cannot say is <see cref="FileTime"/>'s, as few file systems keep it.</summary>
    [Test]
    public async Task A_time_far_ahead_is_the_file_s()
    {
        const long Seconds = 1L << 33;
        Server.Write("d/file", "x"u8);
        Assert.That(Server.TrySetModified("d/file", Seconds), Is.True);

        var found = (await Volume.GetAttributesAsync("d/file", CancellationToken.None))!.Value.LastModified;

        Assert.That(found, Is.EqualTo(FileTime.From(Seconds, 0)));
        Assert.That((await ListAsync(Volume, "d")).Single().Name, Is.EqualTo("file"));
    }

    private static bool IsDirectory(NodeKind kind) =>
        kind is NodeKind.EmptyDirectory or NodeKind.DirectoriesOnly or NodeKind.DirectoryWithFile or NodeKind.DirectoryWithWrite;

    private bool IsThere(string path)
    {
        var slash = path.LastIndexOf('/');
        return Server.Names(slash < 0 ? "" : path[..slash]).Contains(path[(slash + 1)..]);
    }

    private async Task MakeAsync(string path, NodeKind kind)
    {
        Server.Write("target/behind", Old);
        Server.MakeDirectory("d");
        var made = true;
        switch (kind)
        {
            case NodeKind.File:
                Server.Write(path, Old);
                break;
            case NodeKind.EmptyDirectory:
                Server.MakeDirectory(path);
                break;
            case NodeKind.DirectoriesOnly:
                Server.MakeDirectory($"{path}/one/two");
                Server.MakeDirectory($"{path}/one/three/four");
                Server.MakeDirectory($"{path}/five");
                break;
            case NodeKind.DirectoryWithFile:
                Server.MakeDirectory($"{path}/one/two");
                Server.Write($"{path}/one/file", Old);
                break;
            case NodeKind.DirectoryWithWrite:
                Server.MakeDirectory($"{path}/one");
                Server.Write($"{path}/two/{TemporaryName.Create()}", Old);
                break;
            case NodeKind.LinkToFile or NodeKind.LinkToDirectory or NodeKind.LinkToNothing:
                var up = path.StartsWith("d/", StringComparison.Ordinal) ? "../" : "";
                made = Server.TryMakeSymbolicLink(
                    path, kind switch { NodeKind.LinkToFile => $"{up}target/behind", NodeKind.LinkToDirectory => $"{up}target", _ => "nowhere" });
                break;
            case NodeKind.Pipe or NodeKind.Socket:
                made = Server.TryMakeNode(path, isPipe: kind == NodeKind.Pipe);
                break;
        }

        if (!made)
        {
            Assert.Ignore($"needs {kind}: run on Linux or macOS");
        }

        await Task.CompletedTask;
    }
}
