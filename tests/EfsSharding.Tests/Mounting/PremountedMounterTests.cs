using EfsSharding.Access;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Mounting;

[TestFixture]
internal sealed class PremountedMounterTests
{
    private static readonly MountTarget A = new() { MountTargetId = "fsmt-a", FileSystemId = "fs-1", IpAddress = "10.0.1.100" };
    private static readonly MountTarget B = A with { MountTargetId = "fsmt-b", FileSystemId = "fs-2" };

    private FakeHost _host = null!;
    private PremountedOptions _options = null!;

    private PremountedMounter Mounter => new(_options, _host, _host);

    [SetUp]
    public void SetUp() => (_host, _options) = (new FakeHost(), new PremountedOptions());

    [Test]
    public async Task The_directory_of_a_target_goes_before_that_of_its_file_system_and_that_before_the_common_one()
    {
        foreach (var directory in new[] { "/mnt/target", "/mnt/system", "/mnt/common" })
        {
            _host.AddMount(directory, "nfs4", "127.0.0.1:/", "port=20049,addr=127.0.0.1");
        }

        _options.Directory = "/mnt/common";
        _options.Directories["fs-1"] = "/mnt/system";
        _options.Directories["fsmt-a"] = "/mnt/target";
        var mounter = Mounter;

        var roots = new[] { A, A with { MountTargetId = "fsmt-c" }, B }.Select(async t => (await mounter.MountAsync(t, CancellationToken.None)).RootPath);

        Assert.That(await Task.WhenAll(roots), Is.EqualTo(["/mnt/target", "/mnt/system", "/mnt/common"]));
        Assert.That(_host.Commands, Is.Empty);
    }

    [TestCase("ext4")]
    [TestCase("overlay")]
    public void A_directory_on_the_machine_s_own_disk_is_refused(string type)
    {
        _host.AddMount("/data", type, "/dev/x", "rw");
        _options.Directory = "/data/efs";

        Assert.That(() => Mounter.MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>()
            .With.Message.Contains($"/data/efs does not lie on an NFS mount but on {type} at /data").And.Message.Contains("RequireMount"));
    }

    [Test]
    public async Task A_directory_on_the_machine_s_own_disk_is_used_when_it_may_be()
    {
        _options.Directory = "/data/efs";
        _options.RequireMount = false;

        Assert.That((await Mounter.MountAsync(A, CancellationToken.None)).RootPath, Is.EqualTo("/data/efs"));
    }

    [Test]
    public async Task A_bind_mount_of_a_part_of_an_NFS_mount_is_one()
    {
        _host.AddMount("/mnt/efs", "nfs4", "127.0.0.1:/", "addr=127.0.0.1", root: "/tenants/1");
        _options.Directory = "/mnt/efs";

        Assert.That((await Mounter.MountAsync(A, CancellationToken.None)).RootPath, Is.EqualTo("/mnt/efs"));
    }

    [Test]
    public async Task One_directory_does_not_stand_for_two_file_systems()
    {
        _host.AddMount("/mnt/efs", "nfs4", "127.0.0.1:/", "addr=127.0.0.1");
        _options.Directory = "/mnt/efs";
        var mounter = Mounter;
        await mounter.MountAsync(A, CancellationToken.None);

        Assert.That(() => mounter.MountAsync(B, CancellationToken.None),
            Throws.InstanceOf<MountFailedException>().With.Message.Contains("fs-1").And.Message.Contains("Directories"));
    }

    [Test]
    public async Task A_directory_that_could_not_be_opened_or_was_released_is_free_for_another_file_system()
    {
        _options.Directory = "/mnt/efs";
        var mounter = Mounter;
        Assert.That(() => mounter.MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>(), "nothing is mounted");
        _host.AddMount("/mnt/efs", "nfs4", "127.0.0.1:/", "addr=127.0.0.1");

        var volume = await mounter.MountAsync(B, CancellationToken.None);
        await mounter.MountAsync(B, CancellationToken.None);
        Assert.That(() => mounter.MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>());
        await mounter.UnmountAsync(B, volume, CancellationToken.None);

        Assert.That((await mounter.MountAsync(A, CancellationToken.None)).RootPath, Is.EqualTo("/mnt/efs"));
    }

    [TestCase("fs-1", "/mnt/efs", "fs-2", "/mnt/efs/")]
    [TestCase("fsmt-1", "/mnt/efs", "fsmt-2", "/mnt/../mnt/efs")]
    public async Task One_directory_with_two_names_does_not_stand_for_two_file_systems(string id, string directory, string otherId, string other)
    {
        _options.Directories[id] = directory;
        _options.Directories[otherId] = other;
        _host.AddMount("/mnt/efs", "nfs4", "10.0.1.100:/", "addr=10.0.1.100");
        _options.RequireMount = false;
        var mounter = new PremountedMounter(_options, _host, _host);
        await mounter.MountAsync(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1" }, CancellationToken.None);

        await Assert.ThatAsync(() => mounter.MountAsync(new MountTarget { MountTargetId = "fsmt-2", FileSystemId = "fs-2" }, CancellationToken.None),
            Throws.InstanceOf<MountFailedException>().With.Message.Contains("fs-1"));
    }

    [Test]
    public void A_target_that_nothing_was_said_of_is_an_error_that_names_the_option()
    {
        _options.Directories["fs-2"] = "/mnt/efs";

        Assert.That(() => Mounter.MountAsync(A, CancellationToken.None),
            Throws.InstanceOf<MountFailedException>().With.Message.Contains("PremountedOptions.Directories").And.Message.Contains("fs-1"));
    }
}
