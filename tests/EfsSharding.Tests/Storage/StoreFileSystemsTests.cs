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
    public async Task A_replace_that_could_not_remove_the_older_copy_is_not_acknowledged([Values] bool isDown)
    {
        await StartAsync(draining: false);
        if (isDown)
        {
            _test.Mounter.SwitchOff("fsmt-0-0", "fsmt-0-1");
        }
        else
        {
            FailDeletes("fsmt-0", () => new UnauthorizedAccessException($"'{_path}': Read-only file system"));
        }

        var failure = (await Assert.CatchAsync<StoreException>(() => _test.Store.WriteAllTextAsync(_path, "new")))!;

        Assert.That(failure.MayHaveTakenEffect, Is.True);
        Assert.That(failure.Message, Does.Contain($"'{_path}' was written to fs-1").And.Contains("older copy on fs-0"));
        Assert.That(failure, isDown ? Is.TypeOf<TargetUnavailableException>() : Is.TypeOf<ChangeInDoubtException>());
        Assert.That(await _test.Store.ReadAllTextAsync(_path), Is.EqualTo("new"), "readers see the new file");
    }

    [Test]
    public async Task A_replace_where_there_is_no_older_copy_needs_no_right_to_delete()
    {
        await StartAsync(draining: false);
        File.Delete(_test.OnDisk("fs-0", _path));
        Directory.CreateDirectory(Path.GetDirectoryName(_test.OnDisk("fs-0", _path))!);

        await _test.Store.WriteAllTextAsync(_path, "new");

        Assert.That(await _test.Store.ReadAllTextAsync(_path), Is.EqualTo("new"));
    }

    [Test]
    public async Task A_delete_that_fails_in_between_brings_no_older_version_back([Values("fsmt-0", "fsmt-1")] string failing)
    {
        await StartAsync(draining: false);
        _test.PutOnDisk("fs-1", _path, "new");
        FailDeletes(failing, () => new IOException("Input/output error"));

        Assert.That(() => _test.Store.DeleteAsync(_path), Throws.InstanceOf<IOException>());

        Assert.That(await _test.Store.ReadAllTextAsync(_path), Is.EqualTo("new"));
    }

    [Test]
    public async Task A_reader_during_a_delete_sees_the_newest_version_or_none()
    {
        await StartAsync(draining: false);
        _test.PutOnDisk("fs-1", _path, "new");
        var seen = new List<string>();
        _test.Mounter.After = async (_, operation, _) =>
        {
            if (operation == "delete")
            {
                seen.Add(await _test.Store.ExistsAsync(_path) ? await _test.Store.ReadAllTextAsync(_path) : "(none)");
            }
        };

        await _test.Store.DeleteAsync(_path);

        Assert.That(seen, Is.EqualTo(new[] { "new", "(none)" }));
    }

    [Test]
    public async Task An_append_to_an_older_copy_that_goes_meanwhile_makes_no_file_there([Values] bool replaced)
    {
        await StartAsync(draining: true);
        var removed = false;
        _test.Mounter.Before = async (target, operation, write) =>
        {
            if (operation == "write" && write!.Mode == FileWriteMode.Append && !removed)
            {
                removed = true;
                if (replaced)
                {
                    await _test.Store.WriteAllTextAsync(_path, "replaced");
                }
                else
                {
                    await _test.Store.DeleteAsync(_path);
                }
            }
        };

        await _test.Store.AppendAllTextAsync(_path, " appended");

        Assert.That(File.Exists(_test.OnDisk("fs-0", _path)), Is.False);
        Assert.That(await _test.Store.ReadAllTextAsync(_path), Is.EqualTo(replaced ? "replaced appended" : " appended"));
    }

    private void FailDeletes(string targets, Func<Exception> failure) =>
        _test.Mounter.Before = (target, operation, _) => operation == "delete" && target.StartsWith(targets, StringComparison.Ordinal)
            ? Task.FromException(failure())
            : Task.CompletedTask;
}
