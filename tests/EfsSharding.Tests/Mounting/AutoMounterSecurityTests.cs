using EfsSharding.Access;
using EfsSharding.Nfs;
using EfsSharding.Volumes;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace EfsSharding.Tests.Mounting;

/// <summary>An automatic choice keeps what was asked for, or fails and says which way lacks what.</summary>
[TestFixture]
internal sealed class AutoMounterSecurityTests
{
    private const string AccessPoint = "fsap-0123456789abcdef0";
    private static readonly MountTarget A = new() { MountTargetId = "fsmt-a", FileSystemId = "fs-1", IpAddress = "10.0.1.100", Ipv6Address = "fd00::1" };

    private FakeHost _host = null!;
    private KernelMountOptions _kernel = null!;
    private PremountedOptions _premounted = null!;
    private DirectNfsOptions _nfs = null!;
    private DirectNfsTlsOptions _tls = null!;
    private IVolumeMounter _direct = null!;

    [SetUp]
    public void SetUp()
    {
        _host = new FakeHost();
        _host.Files["self/status"] = "CapEff:\t000001ffffffffff\n";
        _kernel = new KernelMountOptions { MountRoot = Directory.CreateTempSubdirectory("efs-sharding-").FullName };
        (_premounted, _nfs, _tls) = (new PremountedOptions(), new DirectNfsOptions(), new DirectNfsTlsOptions());
        _direct = Substitute.For<IVolumeMounter>();
        _direct.Access.Returns("direct");
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_kernel.MountRoot, recursive: true);

    [Test]
    public async Task Direct_NFS_does_not_stand_in_for_a_mount_with_TLS_IAM_and_an_access_point()
    {
        (_kernel.Type, _kernel.Tls, _kernel.Iam, _kernel.AccessPointId) = (KernelMountType.Efs, true, true, AccessPoint);
        _tls.Enabled = false;

        Assert.That(() => NewMounter("mount.nfs4").MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>()
            .With.Message.Contains("a kernel mount cannot be made, as mount.efs is not installed")
            .And.Message.Contains("direct NFS is in clear text, and KernelMountOptions.Tls asks for TLS; has no IAM identity")
            .And.Message.Contains(AccessPoint));
        await _direct.DidNotReceiveWithAnyArgs().MountAsync(A, CancellationToken.None);
    }

    [Test]
    public async Task Direct_NFS_stands_in_when_it_does_the_same()
    {
        (_kernel.Type, _kernel.Tls, _kernel.Iam, _kernel.AccessPointId) = (KernelMountType.Efs, true, true, AccessPoint);
        (_tls.UseIam, _tls.AccessPointId) = (true, AccessPoint);

        await NewMounter("mount.nfs4").MountAsync(A, CancellationToken.None);

        await _direct.Received(1).MountAsync(A, CancellationToken.None);
    }

    [TestCase("10.0.1.100")]
    [TestCase("fd00::1")]
    public async Task A_plain_mount_of_an_operator_is_passed_by_where_TLS_was_asked_for(string address)
    {
        (_kernel.Type, _kernel.Tls) = (KernelMountType.Efs, true);
        _host.AddMount("/data", "nfs4", "fs-1.efs.example:/", $"addr={address}");

        var volume = await NewMounter("mount.efs").MountAsync(A, CancellationToken.None);

        Assert.That(volume.RootPath, Does.StartWith(_kernel.MountRoot));
    }

    [Test]
    public void A_plain_mount_of_an_operator_is_named_when_no_way_is_left()
    {
        _tls.Enabled = true;
        _host.AddMount("/data", "nfs4", "10.0.1.100:/", "addr=10.0.1.100");

        Assert.That(() => NewMounter("mount.nfs4", withDirect: false).MountAsync(A, CancellationToken.None).Result.RootPath, Is.EqualTo("/data"), "nobody asked");
        _kernel.Type = KernelMountType.Efs;
        _kernel.Tls = true;
        Assert.That(() => NewMounter("mount.nfs4", withDirect: false).MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>()
            .With.Message.Contains("the mount at /data is in clear text").And.Message.Contains("direct NFS is not set up"));
    }

    [Test]
    public async Task A_mount_of_another_directory_is_not_taken_for_the_root()
    {
        _host.AddMount("/sub", "nfs4", "10.0.1.100:/sub", "addr=10.0.1.100");
        _host.AddMount("/bound", "nfs4", "10.0.1.100:/", "addr=10.0.1.100", root: "/sub");
        Assert.That((await NewMounter("mount.nfs4").MountAsync(A, CancellationToken.None)).RootPath, Does.StartWith(_kernel.MountRoot));

        _nfs.RootPath = "/sub/";
        Assert.That((await NewMounter("mount.nfs4").MountAsync(A, CancellationToken.None)).RootPath, Is.EqualTo("/sub"));
    }

    [Test]
    public async Task A_root_directory_or_user_of_direct_NFS_is_kept([Values] bool root)
    {
        (_nfs.RootPath, _nfs.UserId) = root ? ("/data", (uint?)null) : ("/", 4242);
        _host.AddMount("/elsewhere", "nfs4", "10.0.1.100:/", "addr=10.0.1.100");

        await NewMounter("mount.nfs4").MountAsync(A, CancellationToken.None);

        await _direct.Received(1).MountAsync(A, CancellationToken.None);
        Assert.That(_host.Commands, Is.Empty);
    }

    [Test]
    public async Task TLS_as_a_default_of_direct_NFS_forbids_no_plain_mount_and_TLS_by_name_does([Values] bool byName)
    {
        if (byName)
        {
            _tls.Enabled = true;
        }

        await NewMounter("mount.nfs4").MountAsync(A, CancellationToken.None);

        Assert.That(_host.Commands, Has.Exactly(byName ? 0 : 1).Items);
    }

    [TestCase("10.0.1.100", false)]
    [TestCase("127.0.0.1", true)]
    public async Task A_directory_that_was_named_is_refused_when_it_is_plain_for_certain(string address, bool isTaken)
    {
        (_kernel.Type, _kernel.Tls) = (KernelMountType.Efs, true);
        _premounted.Directory = "/mnt/efs";
        _premounted.RequireMount = false;
        _host.AddMount("/mnt/efs", "nfs4", $"{address}:/", $"addr={address}");
        var mounter = NewMounter("mount.efs");

        if (isTaken)
        {
            Assert.That((await mounter.MountAsync(A, CancellationToken.None)).RootPath, Is.EqualTo("/mnt/efs"));
        }
        else
        {
            Assert.That(() => mounter.MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>()
                .With.Message.Contains("the mount at /mnt/efs").And.Message.Contains("KernelMountOptions.Tls"));
        }
    }

    [TestCase(KernelMountType.Nfs4, "xprtsec=tls", "TLS")]
    [TestCase(KernelMountType.Nfs4, "noatime,xprtsec=mtls", "TLS")]
    [TestCase(KernelMountType.Nfs4, "sec=krb5p", "sec=krb5p")]
    [TestCase(KernelMountType.Efs, "tls", "TLS")]
    [TestCase(KernelMountType.Efs, "tls,iam", "IAM")]
    [TestCase(KernelMountType.Efs, "tls,accesspoint=" + AccessPoint, AccessPoint)]
    public async Task What_the_extra_options_ask_for_is_kept_as_if_it_had_options_of_its_own(KernelMountType type, string extra, string asked)
    {
        (_kernel.Type, _kernel.ExtraOptions) = (type, extra);
        _tls.Enabled = false;
        _host.AddMount("/data", "nfs4", "10.0.1.100:/", "sec=sys,addr=10.0.1.100");

        Assert.That(() => NewMounter("none").MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>()
            .With.Message.Contains(asked).And.Message.Contains("the mount at /data"));
        await _direct.DidNotReceiveWithAnyArgs().MountAsync(A, CancellationToken.None);

        Assert.That((await NewMounter(type == KernelMountType.Efs ? "mount.efs" : "mount.nfs4").MountAsync(A, CancellationToken.None)).RootPath,
            Does.StartWith(_kernel.MountRoot));
    }

    [TestCase("xprtsec=tls", "sec=sys,xprtsec=tls,addr=10.0.1.100", true)]
    [TestCase("sec=krb5p", "sec=krb5p,addr=10.0.1.100", true)]
    [TestCase("sec=krb5p", "sec=krb5,addr=10.0.1.100", false)]
    public async Task A_mount_of_an_operator_that_does_what_the_extra_options_ask_for_is_used(string extra, string shown, bool isUsed)
    {
        _kernel.ExtraOptions = extra;
        _host.AddMount("/data", "nfs4", "10.0.1.100:/", shown);

        Assert.That((await NewMounter("mount.nfs4").MountAsync(A, CancellationToken.None)).RootPath, isUsed ? Is.EqualTo("/data") : Does.StartWith(_kernel.MountRoot));
    }

    [TestCase("10.0.1.100:/", "/mnt/efs", false)]
    [TestCase("10.0.1.100:/", "/mnt/efs/data", true)]
    [TestCase("10.0.1.100:/data", "/mnt/efs", true)]
    [TestCase("10.0.1.100:/data", "/mnt/efs/more", false)]
    [TestCase("127.0.0.1:/", "/mnt/efs", true)]
    public async Task A_directory_that_was_named_is_refused_when_it_is_another_one_for_certain(string source, string directory, bool isTaken)
    {
        _nfs.RootPath = "/data";
        _premounted.Directory = directory;
        _host.AddMount("/mnt/efs", "nfs4", source, $"addr={source.Split(':')[0]}");
        var mounter = NewMounter("mount.nfs4");

        if (isTaken)
        {
            Assert.That((await mounter.MountAsync(A, CancellationToken.None)).RootPath, Is.EqualTo(directory));
        }
        else
        {
            await Assert.ThatAsync(() => mounter.MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>().With.Message.Contains("/data was asked for"));
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property A_way_that_keeps_the_terms_of_both_lacks_nothing_of_either()
    {
        var term = Gen.Elements<string?>(null, "a", "b");
        var gen = from tls in term
                  from iam in term
                  from point in term
                  from user in term
                  from root in Gen.Elements("/", "/a")
                  select new AccessTerms { Tls = tls, Iam = iam, AccessPointId = point, RootPath = root, User = user };
        return Prop.ForAll(Arb.From(gen.Three()), t =>
        {
            var (kernel, direct, way) = t;
            if (AccessTerms.Together(kernel, direct).MissingIn(way) is not null)
            {
                return;
            }

            foreach (var asked in new[] { kernel, direct })
            {
                Assert.That(asked.Tls is null || way.Tls is not null, $"TLS: {asked}, {way}");
                Assert.That(asked.Iam is null || way.Iam is not null, $"IAM: {asked}, {way}");
            }

            Assert.That(way.AccessPointId, Is.EqualTo(kernel.AccessPointId ?? direct.AccessPointId ?? way.AccessPointId));
        });
    }

    private AutoMounter NewMounter(string program, bool withDirect = true) => new(
        new PremountedMounter(_premounted, _host, _host),
        new KernelMounter(_kernel, _host, _host, _host, _host, new FakeTimeProvider(), NullLogger<KernelMounter>.Instance),
        withDirect ? new DirectNfsWay(_direct, DirectNfsTerms.Offered(_nfs, _tls), DirectNfsTerms.AskedFor(_nfs, _tls)) : null,
        _kernel,
        _host,
        path => path == $"/sbin/{program}",
        NullLogger<AutoMounter>.Instance);
}
