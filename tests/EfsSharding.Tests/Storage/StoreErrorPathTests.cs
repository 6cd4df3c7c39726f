using EfsSharding.Targets;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Storage;

/// <summary>Errors of a store over directories say the caller's path: not the layout's, nor this machine's.</summary>
internal sealed class StoreErrorPathTests
{
    private StoreUnderTest _test = null!;

    private string Physical => LayoutPath.ToBucketed("d/file", _test.Store.Locate("d/file").Bucket);

    [SetUp]
    public async Task StartAsync() => _test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1, FileLayout.Bucketed));

    [TearDown]
    public ValueTask StopAsync() => _test.DisposeAsync();

    [Test]
    public async Task A_directory_in_the_way_is_called_by_the_store_path([Values] FileWriteMode mode)
    {
        _test.PutOnDisk("fs-0", $"{Physical}/below", "text");

        var failure = await Assert.ThrowsAsync<PathConflictException>(() => _test.Store.WriteAllTextAsync("d/file", "text", mode));

        Assert.That((failure!.Path, failure.Message.Contains(Physical, StringComparison.Ordinal)), Is.EqualTo(("d/file", false)), failure.Message);
    }

    [Test]
    public async Task A_file_that_exists_is_called_by_the_store_path()
    {
        await _test.Store.WriteAllTextAsync("d/file", "text");

        var failure = await Assert.ThrowsAsync<FileExistsException>(() => _test.Store.WriteAllTextAsync("d/file", "text", FileWriteMode.CreateNew));

        Assert.That((failure!.Path, failure.Message.Contains(Physical, StringComparison.Ordinal)), Is.EqualTo(("d/file", false)), failure.Message);
    }

    /// <summary>As the runtime words them, with the path of this machine.</summary>
    [Test]
    public async Task The_platforms_own_texts_say_the_store_path([Values("read", "open", "info", "write", "delete")] string operation, [Values(0, 1, 2, 3)] int kind)
    {
        await _test.Store.WriteAllTextAsync("d/file", "text");
        var onDisk = _test.OnDisk("fs-0", Physical);
        Exception thrown = kind switch
        {
            0 => new UnauthorizedAccessException($"Access to the path '{onDisk}' is denied."),
            1 => new DirectoryNotFoundException($"Could not find a part of the path '{onDisk}'."),
            2 => new IOException($"The process cannot access the file '{System.IO.Path.GetDirectoryName(onDisk)}/{TemporaryName.Create()}' because it is being used by another process."),
            _ => new PathTooLongException($"The path '{onDisk}' is too long."),
        };
        _test.Mounter.Before = (_, o, _) => o == operation ? Task.FromException(thrown) : Task.CompletedTask;

        var failure = (await Assert.CatchAsync(() => operation switch
        {
            "read" => _test.Store.ReadAllBytesAsync("d/file"),
            "open" => _test.Store.OpenReadAsync("d/file"),
            "info" => _test.Store.GetInfoAsync("d/file"),
            "write" => _test.Store.WriteAllTextAsync("d/file", "text"),
            _ => _test.Store.DeleteAsync("d/file"),
        }))!;

        Assert.That(failure, Is.TypeOf(thrown.GetType()));
        Assert.That(failure.Message, Does.Not.Contain(_test.Root).And.Not.Contain(Physical).And.Contain("'d/"));
        Assert.That(failure.InnerException, Is.SameAs(thrown), "the operator finds the place on this machine there");
    }

    [Test]
    public async Task What_a_target_says_of_any_file_is_without_its_bucket()
    {
        _test.Mounter.Before = (_, o, _) => o == "read" ? Task.FromException(new TargetFaultException($"'{Physical}': Input/output error", mayTakeEffect: false)) : Task.CompletedTask;
        await Assert.CatchAsync(() => _test.Store.ReadAllBytesAsync("d/file"));

        var failure = await Assert.ThrowsAsync<TargetUnavailableException>(() => _test.Store.ReadAllBytesAsync("d/other"));

        Assert.That(failure!.Message, Does.Contain("'d/file'").And.Not.Contain(Physical));
    }
}
