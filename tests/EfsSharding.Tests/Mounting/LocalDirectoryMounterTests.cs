using EfsSharding.Access;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;

namespace EfsSharding.Tests.Mounting;

[TestFixture]
internal sealed class LocalDirectoryMounterTests
{
    private static readonly MountTarget A = new() { MountTargetId = "fsmt-a", FileSystemId = "fs-1" };

    private string _root = null!;

    [SetUp]
    public void SetUp() => _root = Directory.CreateTempSubdirectory("efs-sharding-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_root, recursive: true);

    [Test]
    public async Task The_targets_of_a_file_system_share_a_directory_that_outlives_them()
    {
        var mounter = NewMounter(Path.Combine(_root, "new"));

        var a = await mounter.MountAsync(A, CancellationToken.None);
        await using var b = await mounter.MountAsync(A with { MountTargetId = "fsmt-b" }, CancellationToken.None);
        await using var other = await mounter.MountAsync(A with { FileSystemId = "fs-2" }, CancellationToken.None);
        await mounter.UnmountAsync(A, a, CancellationToken.None);

        Assert.That(b.RootPath, Is.EqualTo(a.RootPath).And.EqualTo(Path.Combine(_root, "new", "fs-1")));
        Assert.That(other.RootPath, Is.EqualTo(Path.Combine(_root, "new", "fs-2")));
        Assert.That(Directory.Exists(a.RootPath), Is.True);
    }

    [TestCase("..")]
    [TestCase("")]
    [TestCase("a/b")]
    [TestCase("a\\b")]
    public void A_file_system_cannot_lead_out_of_the_root(string fileSystemId)
    {
        Assert.That(() => NewMounter(_root).MountAsync(A with { FileSystemId = fileSystemId }, CancellationToken.None),
            Throws.InstanceOf<MountFailedException>().With.Message.Contains("cannot be the name of a directory"));
    }

    [Test]
    public void A_root_that_is_a_file_is_an_error_that_names_the_path()
    {
        var file = Path.Combine(_root, "file");
        File.WriteAllText(file, "");

        Assert.That(() => NewMounter(file).MountAsync(A, CancellationToken.None),
            Throws.InstanceOf<MountFailedException>().With.Message.Contains(file));
    }

    private static LocalDirectoryMounter NewMounter(string root) =>
        new(new LocalDirectoryOptions { Root = root }, new DirectoryVolumeFactory(new EfsShardingOptions(), TimeProvider.System));
}
