using EfsSharding.Access;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace EfsSharding.Tests.Mounting;

[TestFixture]
internal sealed class AutoMounterTests
{
    private const string MayMount = "CapEff:\t000001ffffffffff\n";
    private static readonly MountTarget A = new() { MountTargetId = "fsmt-a", FileSystemId = "fs-1", IpAddress = "10.0.1.100" };

    private FakeHost _host = null!;
    private KernelMountOptions _kernel = null!;
    private PremountedOptions _premounted = null!;
    private IVolumeMounter _direct = null!;
    private FakeLogger<AutoMounter> _logger = null!;
    private string[] _programs = [];
    private AccessTerms _offered = null!;
    private AccessTerms _askedFor = null!;

    [SetUp]
    public void SetUp()
    {
        _host = new FakeHost();
        _kernel = new KernelMountOptions { MountRoot = Directory.CreateTempSubdirectory("efs-sharding-").FullName };
        _premounted = new PremountedOptions();
        _direct = Substitute.For<IVolumeMounter>();
        _direct.Access.Returns("direct");
        _logger = new FakeLogger<AutoMounter>();
        _programs = ["/sbin/mount.nfs4"];
        (_offered, _askedFor) = (new AccessTerms { Tls = "by default" }, new AccessTerms());
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_kernel.MountRoot, recursive: true);

    [Test]
    public async Task A_volume_that_is_configured_goes_before_all()
    {
        _host.Files["self/status"] = MayMount;
        _host.AddMount("/mnt/lambda", "nfs4", "127.0.0.1:/", "addr=127.0.0.1");
        _premounted.Directory = "/mnt/lambda";

        Assert.That((await NewMounter(_direct).MountAsync(A, CancellationToken.None)).RootPath, Is.EqualTo("/mnt/lambda"));
        Assert.That(_logger.LatestRecord.Message, Does.Contain("premounted").And.Contain("PremountedOptions names /mnt/lambda"));
    }

    [Test]
    public async Task What_is_mounted_at_a_mount_point_of_the_options_is_used_without_the_right_to_mount()
    {
        _host.Files["self/status"] = "CapEff:\t0000000000000000\n";
        _host.AddMount(Path.Combine(_kernel.MountRoot, "efs-0"), "nfs4", "10.0.1.100:/", "vers=4.1,addr=10.0.1.100");

        var volume = await NewMounter(_direct).MountAsync(A, CancellationToken.None);

        Assert.That(volume.RootPath, Is.EqualTo(Path.Combine(_kernel.MountRoot, "efs-0")));
        Assert.That(_host.Commands, Is.Empty);
    }

    [Test]
    public async Task A_volume_that_an_operator_mounted_of_the_same_address_goes_before_a_mount_of_our_own()
    {
        _host.Files["self/status"] = MayMount;
        _host.AddMount("/data", "nfs4", "fs-1.efs.example:/", "addr=10.0.1.100");
        var mounter = NewMounter(_direct);

        var volume = await mounter.MountAsync(A, CancellationToken.None);
        await mounter.UnmountAsync(A, volume, CancellationToken.None);

        Assert.That(volume.RootPath, Is.EqualTo("/data"));
        Assert.That(_host.MountPoints, Is.EqualTo(["/data"]), "what others mounted stays");
    }

    [Test]
    public async Task The_kernel_mounts_when_it_may()
    {
        _host.Files["self/status"] = MayMount;
        var mounter = NewMounter(_direct);

        var volume = await mounter.MountAsync(A, CancellationToken.None);

        Assert.That(mounter.Access, Is.EqualTo("kernel"));
        Assert.That(volume.RootPath, Is.EqualTo(Path.Combine(_kernel.MountRoot, "efs-0")));
        await mounter.UnmountAsync(A, volume, CancellationToken.None);
        Assert.That(_host.MountPoints, Is.Empty);
    }

    [TestCase("CapEff:\t00000000a80425fb\n", "/sbin/mount.nfs4", "lacks CAP_SYS_ADMIN")]
    [TestCase(MayMount, "/sbin/mount.efs", "mount.nfs4 is not installed")]
    public async Task Direct_NFS_is_used_where_the_kernel_cannot_mount(string status, string program, string reason)
    {
        _host.Files["self/status"] = status;
        _programs = [program];
        var mounter = NewMounter(_direct);

        var volume = await mounter.MountAsync(A, CancellationToken.None);
        await mounter.UnmountAsync(A, volume, CancellationToken.None);

        await _direct.Received(1).MountAsync(A, CancellationToken.None);
        await _direct.Received(1).UnmountAsync(A, volume, CancellationToken.None);
        Assert.That(_logger.LatestRecord.Message, Does.Contain("direct").And.Contain(reason));
        Assert.That(_host.Commands, Is.Empty);
    }

    [TestCase("mount.nfs4: Operation not permitted")]
    [TestCase("mount.nfs4: access denied by server while mounting 10.0.1.100:/")]
    [TestCase("mount.nfs4: No such device")]
    public async Task Direct_NFS_is_used_where_mounting_is_refused_in_spite_of_the_capability(string refusal)
    {
        _host.Files["self/status"] = MayMount;
        _host.Intercept = (program, _, _) => Task.FromResult<CommandResult?>(
            program == "mount" ? new CommandResult { ExitCode = 32, Error = refusal } : null);
        _direct.MountAsync(A, CancellationToken.None).Returns(_ => Task.FromResult(Substitute.For<IVolume>()));
        var mounter = NewMounter(_direct);

        var volume = await mounter.MountAsync(A, CancellationToken.None);
        await mounter.UnmountAsync(A, volume, CancellationToken.None);
        await mounter.MountAsync(A, CancellationToken.None);

        await _direct.Received(1).UnmountAsync(A, volume, CancellationToken.None);
        Assert.That(mounter.Access, Is.EqualTo("direct"));
        Assert.That(_logger.Collector.GetSnapshot().Select(r => r.Message), Has.Exactly(2).Items.And.Some.Contains(refusal).And.Some.Contains("kernel"));
        Assert.That(_host.Commands.Count(c => c.StartsWith("mount ", StringComparison.Ordinal)), Is.EqualTo(1), "it is not tried again");
    }

    [Test]
    public async Task A_refusal_without_direct_NFS_and_a_failure_of_another_kind_stay_the_kernels()
    {
        _host.Files["self/status"] = MayMount;
        var error = "mount.nfs4: Operation not permitted";
        _host.Intercept = (program, _, _) => Task.FromResult<CommandResult?>(
            program == "mount" ? new CommandResult { ExitCode = 32, Error = error } : null);
        Assert.That(() => NewMounter(directNfs: null).MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>().With.Message.Contains(error));

        error = "mount.nfs4: Connection timed out";
        Assert.That(() => NewMounter(_direct).MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>().With.Message.Contains(error));
        await _direct.DidNotReceiveWithAnyArgs().MountAsync(A, CancellationToken.None);
    }

    [Test]
    public void Without_any_way_the_error_says_what_was_looked_for()
    {
        Assert.That(() => NewMounter(directNfs: null).MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>()
            .With.Message.Contains("PremountedOptions").And.Message.Contains("mountinfo").And.Message.Contains("CAP_SYS_ADMIN").And.Message.Contains("direct NFS"));
    }

    [Test]
    public async Task A_choice_is_logged_once_and_again_when_it_changes()
    {
        _host.Files["self/status"] = MayMount;
        var mounter = NewMounter(_direct);
        await mounter.MountAsync(A, CancellationToken.None);
        await mounter.MountAsync(A, CancellationToken.None);
        _host.Files["self/status"] = "";
        await mounter.MountAsync(A, CancellationToken.None);

        Assert.That(_logger.Collector.GetSnapshot().Select(r => r.Id.Id), Is.EqualTo([1110, 1110]));
    }

    private AutoMounter NewMounter(IVolumeMounter? directNfs) => new(
        new PremountedMounter(_premounted, _host, _host),
        new KernelMounter(_kernel, _host, _host, _host, _host, new FakeTimeProvider(), NullLogger<KernelMounter>.Instance),
        directNfs is null ? null : new DirectNfsWay(directNfs, _offered, _askedFor),
        _kernel,
        _host,
        _programs.Contains,
        _logger);
}
