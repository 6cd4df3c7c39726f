using System.Net.Sockets;
using EfsSharding.Access;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace EfsSharding.Tests.Mounting;

[TestFixture]
internal sealed partial class KernelMounterTests
{
    private static readonly MountTarget A = Target("fsmt-a", "10.0.1.100");
    private static readonly MountTarget B = Target("fsmt-b", "10.0.2.100");

    private FakeHost _host = null!;
    private KernelMountOptions _options = null!;
    private FakeLogger<KernelMounter> _logger = null!;

    [SetUp]
    public void SetUp()
    {
        _host = new FakeHost();
        _options = new KernelMountOptions { MountRoot = Directory.CreateTempSubdirectory("efs-sharding-").FullName };
        _logger = new FakeLogger<KernelMounter>();
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_options.MountRoot, recursive: true);

    [Test]
    public async Task Mounts_with_the_options_that_AWS_recommends()
    {
        await NewMounter().MountAsync(A, CancellationToken.None);

        Assert.That(_host.Commands, Is.EqualTo([
            $"mount -t nfs4 -o nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport,retry=0,lookupcache=positive 10.0.1.100:/ {Place(0)}"]));
    }

    [TestCase("self/mountstats")]
    [TestCase("self/net/tcp")]
    public async Task A_mount_is_good_though_the_kernel_does_not_tell_of_its_connection(string path)
    {
        _host.Forbidden.Add(path);

        var volume = await NewMounter().MountAsync(A, CancellationToken.None);

        Assert.That(volume.RootPath, Is.EqualTo(Place(0)));
        Assert.That(_host.MountPoints, Is.EqualTo([Place(0)]));
        Assert.That(_logger.LatestRecord.Id.Id, Is.EqualTo(1105));
    }

    [Test]
    public async Task Writes_an_IPv6_address_in_brackets()
    {
        var target = A with { IpAddress = null, Ipv6Address = "fd00:0::1" };
        await NewMounter().MountAsync(target, CancellationToken.None);
        await NewMounter().MountAsync(target, CancellationToken.None);

        Assert.That(_host.Commands, Has.Exactly(1).Items);
        Assert.That(_host.Commands[0], Does.Contain(" [fd00::1]:/ "));
    }

    [Test]
    public async Task Mounts_through_efs_utils_with_TLS_IAM_and_an_access_point()
    {
        _options.Type = KernelMountType.Efs;
        (_options.Tls, _options.Iam, _options.AccessPointId) = (true, true, "fsap-1");

        await NewMounter().MountAsync(A, CancellationToken.None);

        Assert.That(_host.Commands, Is.EqualTo([$"mount -t efs -o tls,iam,accesspoint=fsap-1,mounttargetip=10.0.1.100,lookupcache=positive fs-1:/ {Place(0)}"]));
    }

    [TestCase(KernelMountType.Nfs4)]
    [TestCase(KernelMountType.Efs)]
    public async Task A_later_process_uses_what_an_earlier_one_mounted(KernelMountType type)
    {
        _options.Type = type;
        await NewMounter().MountAsync(A, CancellationToken.None);
        await NewMounter().MountAsync(B, CancellationToken.None);
        _host.Commands.Clear();

        var b = await NewMounter().MountAsync(B, CancellationToken.None);
        var a = await NewMounter().MountAsync(A, CancellationToken.None);

        Assert.That(_host.Commands, Is.Empty);
        Assert.That(new[] { a.RootPath, b.RootPath }, Is.EqualTo([Place(0), Place(1)]));
    }

    [Test]
    public async Task A_mount_of_an_earlier_life_with_other_options_is_not_used()
    {
        await NewMounter().MountAsync(A, CancellationToken.None);
        _options.ExtraOptions = "noatime,sec=krb5p";

        Assert.That((await NewMounter().MountAsync(A, CancellationToken.None)).RootPath, Is.EqualTo(Place(1)));
        Assert.That((await NewMounter().MountAsync(A, CancellationToken.None)).RootPath, Is.EqualTo(Place(1)), "the options are the same");
    }

    [TestCase("rw,sec=krb5p,addr=10.0.1.100", 0)]
    [TestCase("rw,sec=sys,addr=10.0.1.100", 1)]
    public async Task A_mount_by_hand_is_used_when_it_shows_the_extra_options(string shown, int place)
    {
        _options.ExtraOptions = "sec=krb5p";
        _host.AddMount(Place(0), "nfs4", "10.0.1.100:/", shown);

        Assert.That((await NewMounter().MountAsync(A, CancellationToken.None)).RootPath, Is.EqualTo(Place(place)));
    }

    [Test]
    public async Task A_server_that_says_that_its_addresses_are_one_is_used_through_both_and_mounted_once_for_each()
    {
        // The kernel then shows the address of the connection that it keeps.
        var mounter = NewMounter();
        await mounter.MountAsync(A, CancellationToken.None);
        _host.ShownAddress = "10.0.1.100";

        var volume = await mounter.MountAsync(B, CancellationToken.None);

        Assert.That(volume.RootPath, Is.EqualTo(Place(1)));
        Assert.That(_logger.Collector.GetSnapshot().Single(r => r.Id.Id == 1102).Message, Does.Contain("fsmt-b and fsmt-a share one TCP connection"));
        Assert.That((await NewMounter().MountAsync(B, CancellationToken.None)).RootPath, Is.EqualTo(Place(1)), "a later life finds it");
        Assert.That(_host.Commands, Has.Exactly(2).Items.And.All.StartsWith("mount "));
        await mounter.UnmountAsync(B, volume, CancellationToken.None);
        Assert.That(_host.MountPoints, Is.EqualTo([Place(0)]));
    }

    [Test]
    public async Task A_server_that_the_kernel_takes_for_that_of_another_file_system_is_not_used()
    {
        var mounter = NewMounter();
        await mounter.MountAsync(A, CancellationToken.None);
        _host.ShownAddress = "10.0.1.100";

        Assert.That(() => mounter.MountAsync(B with { FileSystemId = "fs-2" }, CancellationToken.None),
            Throws.InstanceOf<MountFailedException>().With.Message.Contains("fsmt-a").And.Message.Contains("fs-1"));
        Assert.That(_host.MountPoints, Is.EqualTo([Place(0)]));
    }

    [Test]
    public async Task A_server_of_another_file_system_is_not_mounted_at_each_retry_but_when_that_one_has_gone()
    {
        var other = B with { FileSystemId = "fs-2" };
        var mounter = NewMounter();
        var a = await mounter.MountAsync(A, CancellationToken.None);
        _host.ShownAddress = "10.0.1.100";

        for (var i = 0; i < 3; i++)
        {
            Assert.That(() => mounter.MountAsync(other, CancellationToken.None),
                Throws.InstanceOf<MountFailedException>().With.Message.Contains("fsmt-a").And.Message.Contains("fs-1"));
        }

        Assert.That(_host.Commands.Count(c => c.StartsWith("mount ", StringComparison.Ordinal)), Is.EqualTo(2));
        await mounter.UnmountAsync(A, a, CancellationToken.None);
        await mounter.MountAsync(other, CancellationToken.None);
    }

    [Test]
    public async Task A_server_that_was_taken_for_another_is_tried_again_after_a_while()
    {
        var time = new FakeTimeProvider();
        var mounter = new KernelMounter(_options, _host, _host, _host, _host, time, _logger);
        await mounter.MountAsync(A, CancellationToken.None);
        _host.ShownAddress = "10.0.1.100";
        Assert.That(() => mounter.MountAsync(B with { FileSystemId = "fs-2" }, CancellationToken.None), Throws.InstanceOf<MountFailedException>());
        _host.ShownAddress = null;

        time.Advance(TimeSpan.FromMinutes(10));

        Assert.That((await mounter.MountAsync(B with { FileSystemId = "fs-2" }, CancellationToken.None)).RootPath, Is.EqualTo(Place(1)));
    }

    [Test]
    public async Task Two_file_systems_of_one_server_mounted_at_once_do_not_both_serve()
    {
        var mounter = NewMounter();
        _host.ShownAddress = "10.0.1.100";
        _host.Intercept = async (_, arguments, _) =>
        {
            if (arguments.Contains("10.0.1.100:/"))
            {
                await mounter.MountAsync(B with { FileSystemId = "fs-2" }, CancellationToken.None);
            }

            return null;
        };

        await Assert.ThatAsync(() => mounter.MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>().With.Message.Contains("fsmt-b"));
    }

    [TestCase("link/")]
    [TestCase("link/../link/.")]
    [TestCase("link//")]
    public async Task A_mount_root_with_links_is_known_by_the_name_that_the_kernel_shows(string mountRoot)
    {
        var real = Directory.CreateDirectory(Path.Combine(_options.MountRoot, "real")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(_options.MountRoot, "link"), "real");
        var options = new KernelMountOptions { MountRoot = Path.Combine(_options.MountRoot, mountRoot) };

        var volume = await NewMounter(options).MountAsync(A, CancellationToken.None);

        Assert.That(volume.RootPath, Is.EqualTo(Path.Combine(real, "efs-0")));
        Assert.That(_host.MountPoints, Is.EqualTo([Path.Combine(real, "efs-0")]));
        Assert.That((await NewMounter(options).MountAsync(A, CancellationToken.None)).RootPath, Is.EqualTo(volume.RootPath));
    }

    [TestCase("10.0.1.100", "[fd00::1]:/")]
    [TestCase("fd00::1", "10.0.1.100:/")]
    public async Task An_address_that_does_not_answer_gives_way_to_the_other_one(string dead, string source)
    {
        _host.Unreachable[dead] = SocketError.TimedOut;
        var target = A with { Ipv6Address = "fd00::1" };
        var mounter = NewMounter();

        var volume = await mounter.MountAsync(target, CancellationToken.None);
        Assert.That(_host.Commands.Single(), Does.Contain($" {source} "));
        await mounter.UnmountAsync(target, volume, CancellationToken.None);
        Assert.That(_host.MountPoints, Is.Empty);

        (_host.Unreachable["10.0.1.100"], _host.Unreachable["fd00::1"]) = (SocketError.TimedOut, SocketError.ConnectionRefused);
        Assert.That(() => mounter.MountAsync(target, CancellationToken.None), Throws.InstanceOf<MountFailedException>()
            .With.Message.Contains("10.0.1.100:2049 did not answer").And.Message.Contains("[fd00::1]:2049 refused"));
    }

    [Test]
    public async Task An_efs_mount_of_before_a_reboot_is_not_taken_for_one_of_now()
    {
        _options.Type = KernelMountType.Efs;
        await NewMounter().MountAsync(A, CancellationToken.None);
        _host.Files["sys/kernel/random/boot_id"] = "boot-2\n";

        var volume = await NewMounter().MountAsync(A, CancellationToken.None);

        Assert.That(volume.RootPath, Is.EqualTo(Place(1)));
    }

    [Test]
    public async Task Another_mount_at_the_place_is_left_alone()
    {
        _host.AddMount(Place(0), "tmpfs", "none", "size=1k");
        _host.AddMount(Place(1), "nfs4", "10.0.1.100:/sub", "addr=10.0.1.100");
        _host.AddMount(Place(2), "nfs4", "10.0.1.100:/", "port=2050,addr=10.0.1.100");

        var volume = await NewMounter().MountAsync(A, CancellationToken.None);

        Assert.That(volume.RootPath, Is.EqualTo(Place(3)));
    }

    [Test]
    public async Task A_mount_that_another_covers_is_not_used()
    {
        _host.AddMount(Place(0), "nfs4", "10.0.1.100:/", "addr=10.0.1.100");
        _host.AddMount(Place(0), "tmpfs", "none", "size=1k");

        var volume = await NewMounter().MountAsync(A, CancellationToken.None);

        Assert.That(volume.RootPath, Is.EqualTo(Place(1)));
    }

    [Test]
    public async Task Targets_mounted_at_once_by_two_processes_get_places_of_their_own()
    {
        using var bothChose = new CountdownEvent(2);
        _host.Intercept = async (_, _, token) =>
        {
            bothChose.Signal();
            await Task.Run(() => Assert.That(bothChose.Wait(TimeSpan.FromSeconds(20)), Is.True), token);
            return null;
        };

        var volumes = await Task.WhenAll(NewMounter().MountAsync(A, CancellationToken.None), NewMounter().MountAsync(B, CancellationToken.None));

        Assert.That(volumes.Select(v => v.RootPath), Is.EquivalentTo([Place(0), Place(1)]));
    }

    private static MountTarget Target(string id, string address) => new() { MountTargetId = id, FileSystemId = "fs-1", IpAddress = address };

    private string Place(int number) => Path.Combine(_options.MountRoot, $"efs-{number}");

    private KernelMounter NewMounter(KernelMountOptions? options = null) =>
        new(options ?? _options, _host, _host, _host, _host, new FakeTimeProvider(), _logger);
}
