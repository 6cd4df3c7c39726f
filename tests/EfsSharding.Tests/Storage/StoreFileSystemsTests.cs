namespace EfsSharding.Tests.Storage;

/// <summary>File systems that join and drain while their files stay where they are.</summary>
internal sealed class StoreFileSystemsTests
{
    private StoreUnderTest _test = null!;
    private string _path = null!;

    /// <summary>A file that <c>fs-0</c> has and that <c>fs-1</c> owns from then on.</summary>
    private async Task StartAsync(bool draining)
    {
        var both = StoreUnderTest.Map(2, 2);
        _test = await StoreUnderTest.StartAsync(both);
        _path = _test.PathOn("fs-1", "dir/file");
        _test.PutOnDisk("fs-0", _path, "old");
        var (first, second) = draining ? (FileSystemState.Draining, FileSystemState.Active) : (FileSystemState.Active, FileSystemState.Joining);
        await _test.PublishAsync(both with
        {
            Revision = 2,
            FileSystems = [both.FileSystems[0] with { State = first }, both.FileSystems[1] with { State = second }],
        });
        if (draining)
        {
            // What fs-1 owned before is no older file of fs-0; one of its own buckets is.
            File.Delete(_test.OnDisk("fs-0", _path));
            _path = Enumerable.Range(0, 1000).Select(i => $"dir/drained-{i}").First(p => _test.Targets.InUse!.Router.RouteOf(System.Text.Encoding.UTF8.GetBytes(p), out _).Holders.Length == 2);
            _test.PutOnDisk("fs-0", _path, "old");
        }
    }

    [TearDown]
    public async Task StopAsync() => await _test.DisposeAsync();

    [Test]
    public async Task An_older_file_is_found_where_it_is([Values] bool draining)
    {
        await StartAsync(draining);

        Assert.That(_test.Store.Locate(_path).FileSystemId, Is.EqualTo("fs-1"));
        Assert.That(await _test.Store.ReadAllTextAsync(_path), Is.EqualTo("old"));
        Assert.That((await _test.Store.GetInfoAsync(_path))!.Length, Is.EqualTo(3));
        await using var stream = await _test.Store.OpenReadAsync(_path);
        Assert.That(stream.Length, Is.EqualTo(3));
        Assert.That(await _test.Store.EnumerateAsync("dir").ToListAsync(), Is.EqualTo(new[] { _path }));
        await Assert.ThrowsAsync<FileExistsException>(() => _test.Store.WriteAllTextAsync(_path, "new", FileWriteMode.CreateNew));
    }

    [Test]
    public async Task Replace_moves_it_to_its_owner([Values] bool draining)
    {
        await StartAsync(draining);

        await _test.Store.WriteAllTextAsync(_path, "new");

        Assert.That(File.Exists(_test.OnDisk("fs-0", _path)), Is.False);
        Assert.That(File.ReadAllText(_test.OnDisk("fs-1", _path)), Is.EqualTo("new"));
    }

    [Test]
    public async Task Append_goes_where_the_file_is([Values] bool draining)
    {
        await StartAsync(draining);

        await _test.Store.AppendAllTextAsync(_path, " and new");

        Assert.That(File.ReadAllText(_test.OnDisk("fs-0", _path)), Is.EqualTo("old and new"));
        Assert.That(File.Exists(_test.OnDisk("fs-1", _path)), Is.False);
    }

    [Test]
    public async Task New_files_go_to_the_owner([Values] FileWriteMode mode, [Values] bool draining)
    {
        await StartAsync(draining);
        File.Delete(_test.OnDisk("fs-0", _path));

        await _test.Store.WriteAllTextAsync(_path, "new", mode);

        Assert.That(File.ReadAllText(_test.OnDisk("fs-1", _path)), Is.EqualTo("new"));
        Assert.That(File.Exists(_test.OnDisk("fs-0", _path)), Is.False);
    }

    [Test]
    public async Task Delete_removes_every_copy([Values] bool draining)
    {
        await StartAsync(draining);
        _test.PutOnDisk("fs-1", _path, "new");

        Assert.That(await _test.Store.ReadAllTextAsync(_path), Is.EqualTo("new"));
        Assert.That(await _test.Store.EnumerateAsync().ToListAsync(), Is.EqualTo(new[] { _path }), "listed once");
        Assert.That(await _test.Store.DeleteAsync(_path), Is.True);
        Assert.That(await _test.Store.ExistsAsync(_path), Is.False);
        Assert.That(await _test.Store.DeleteAsync(_path), Is.False);
    }

    [Test]
    public async Task A_write_is_done_even_when_the_older_copy_cannot_be_removed()
    {
        await StartAsync(draining: false);
        _test.Mounter.SwitchOff("fsmt-0-0", "fsmt-0-1");

        await _test.Store.WriteAllTextAsync(_path, "new");

        Assert.That(await _test.Store.ReadAllTextAsync(_path), Is.EqualTo("new"));
    }
}
