using System.Diagnostics;
using EfsSharding.TestSupport.Contract;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Tests.Storage.Linux;

/// <summary>
/// A server that restarts forgets what it answered. The kernel's client then asks again for a rename or link that was carried out
/// already, and hears that it cannot be: here somebody else carries it out first.
/// </summary>
[Platform("Linux", Reason = "needs statx(2): run on Linux")]
internal sealed class LinuxStagedFileTests
{
    private LocalFiles _files = null!;
    private LinuxRootDirectory _root = null!;

    [SetUp]
    public void SetUp()
    {
        _files = LocalFiles.CreateTemporary();
        _root = LinuxRootDirectory.Open(_files.RootPath);
    }

    [TearDown]
    public async Task TearDown()
    {
        _root.Dispose();
        await _files.DisposeAsync();
    }

    [TestCase(FileWriteMode.Replace)]
    [TestCase(FileWriteMode.CreateNew)]
    public void A_publication_that_took_effect_without_an_answer_is_a_success(FileWriteMode mode)
    {
        var attempt = Publish(mode, temporary =>
        {
            if (mode == FileWriteMode.Replace)
            {
                File.Move(temporary, Path.Join(_files.RootPath, "file"));
            }
            else
            {
                using var link = Process.Start("ln", [temporary, Path.Join(_files.RootPath, "file")]);
                link.WaitForExit();
            }
        });

        Assert.That(attempt.IsPublished);
        Assert.That(_files.Read("file"), Is.EqualTo("new"u8.ToArray()));
        Assert.That(Directory.GetFileSystemEntries(_files.RootPath), Has.Length.EqualTo(1));
    }

    [Test]
    public void Another_file_of_the_same_content_is_not_taken_for_the_own_one()
    {
        Assert.That(() => Publish(FileWriteMode.CreateNew, _ => _files.Write("file", "new"u8)), Throws.TypeOf<FileExistsException>());
        Assert.That(Directory.GetFileSystemEntries(_files.RootPath), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_temporary_file_that_was_removed_is_not_taken_for_published()
    {
        _files.Write("file", "old"u8);

        Assert.That(() => Publish(FileWriteMode.Replace, File.Delete), Throws.InstanceOf<IOException>());
        Assert.That(_files.Read("file"), Is.EqualTo("old"u8.ToArray()));
    }

    private WriteAttempt Publish(FileWriteMode mode, Action<string> meanwhile)
    {
        var write = new PendingWrite(new FileContent("new"u8.ToArray()), mode);
        using var staged = _root.Stage("file", write, write.Current);
        staged.Write(write.Content.Bytes.Span);
        meanwhile(Path.Join(_files.RootPath, write.Current.TemporaryName));
        staged.Publish();
        return write.Current;
    }
}
