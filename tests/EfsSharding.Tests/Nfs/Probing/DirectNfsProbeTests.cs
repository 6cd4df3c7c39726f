using System.Net;
using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Nfs.Probing;

public sealed class DirectNfsProbeTests
{
    private static readonly Nfs4Op[] Changing = [Nfs4Op.Create, Nfs4Op.Link, Nfs4Op.Remove, Nfs4Op.Rename, Nfs4Op.Write, Nfs4Op.Open];

    [Test]
    public async Task A_good_server_keeps_every_promise_and_is_left_as_it_was()
    {
        await using var server = new ScriptedServer();
        server.Tree.PutFile("mine/file", [1]);
        var report = await ProbeAsync(server);

        Assert.Multiple(() =>
        {
            Assert.That(report.Promises.Where(p => !p.IsKept), Is.Empty);
            Assert.That(report.KeepsEveryPromise);
            Assert.That(report.Promises, Has.Count.EqualTo(7));
            Assert.That(report.Abilities, Is.EqualTo(new NfsServerAbilities { AnonymousStateId = true, CurrentStateId = true, Verify = true, KeepsOpenFiles = true, PromisesOpenFiles = true }));
            Assert.That(report.Latencies.Select(l => l.Request), Is.EqualTo(new[]
            {
                "connect", "sequence", "getattr", "readdir", "create", "replace", "read", "stat", "append", "delete", "write_large", "read_large",
            }));
            Assert.That(report.Latencies.Where(l => l.Request is "sequence" or "create" or "replace" or "read" or "delete").Select(l => l.RoundTrips), Is.All.EqualTo(1));
            Assert.That(report.Latencies.All(l => l.Shortest > TimeSpan.Zero && l.Shortest <= l.Median && l.Median <= l.Longest));
            Assert.That(Names(server), Is.EqualTo(new[] { "mine" }));
            Assert.That(server.Tree.Files().Keys, Is.EqualTo(new[] { "mine/file" }));
            Assert.That(server.Complaints, Is.Empty);
        });
    }

    [Test]
    public async Task What_the_server_grants_is_reported()
    {
        await using var server = new ScriptedServer(new PeerSettings
        {
            Limits = new ChannelLimits(MaxRequest: 70_000, MaxResponse: 80_000, MaxCached: 3000, MaxOperations: 12, MaxSlots: 3),
            LeaseSeconds = 33,
            ServerOwner = "owner",
            Scope = "sc\u0001pe",
        });
        var report = await ProbeAsync(server);

        Assert.Multiple(() =>
        {
            Assert.That(report.Limits with { MaxReadBytes = 0, MaxWriteBytes = 0 }, Is.EqualTo(new NfsServerLimits
            {
                MaxOperations = 12,
                Slots = 3,
                MaxRequestBytes = 70_000,
                MaxResponseBytes = 80_000,
                MaxCachedResponseBytes = 3000,
                MaxReadBytes = 0,
                MaxWriteBytes = 0,
                Lease = TimeSpan.FromSeconds(33),
                FileHandleBytes = 128,
            }));
            Assert.That(report.Limits.MaxReadBytes, Is.InRange(4096, 80_000));
            Assert.That(report.Limits.MaxWriteBytes, Is.InRange(4096, 70_000));
            Assert.That(report.Address, Is.EqualTo($"127.0.0.1:{server.Port}"));
            Assert.That(report.ServerOwner, Is.EqualTo("owner"));
            Assert.That(report.ServerScope, Is.EqualTo("0x73630170" + "65"));
            Assert.That(report.ServerName, Is.Null);
            Assert.That(report.KeepsEveryPromise);
        });
    }

    [TestCase(false, true, true)]
    [TestCase(true, false, true)]
    [TestCase(true, true, false)]
    public async Task A_short_cut_that_the_server_refuses_is_reported_and_breaks_no_promise(bool anonymous, bool current, bool verify)
    {
        await using var server = new ScriptedServer(new PeerSettings { TakesAnonymousStateid = anonymous, TakesCurrentStateid = current, TakesVerify = verify });
        var report = await ProbeAsync(server);

        Assert.Multiple(() =>
        {
            Assert.That(
                report.Abilities with { KeepsOpenFiles = null, PromisesOpenFiles = null },
                Is.EqualTo(new NfsServerAbilities { AnonymousStateId = anonymous, CurrentStateId = current, Verify = verify }));
            Assert.That(report.Promises.Where(p => !p.IsKept), Is.Empty);
            Assert.That(report.Latencies.Single(l => l.Request == "create").RoundTrips > 1, Is.EqualTo(!current || !verify));
            Assert.That(Names(server), Is.Empty);
        });
    }

    [Test]
    public async Task A_server_that_does_not_keep_open_files_is_reported_and_breaks_no_promise()
    {
        await using var server = new ScriptedServer(new PeerSettings { KeepsUnlinked = false, ReusesFileIds = true });
        var report = await ProbeAsync(server);

        Assert.That((report.Abilities.KeepsOpenFiles, report.Abilities.PromisesOpenFiles, report.KeepsEveryPromise), Is.EqualTo((false, false, true)));
        Assert.That(report.Promises.Single(p => p.Name == "open_files_stay_one_version").Detail, Does.Contain("does not keep"));
    }

    [Test]
    public async Task A_look_changes_nothing()
    {
        await using var server = new ScriptedServer(new PeerSettings { TakesAnonymousStateid = true });
        server.Tree.PutFile("file", [1]);
        var report = await ProbeAsync(server, mayWrite: false);

        Assert.Multiple(() =>
        {
            Assert.That(server.Compounds.SelectMany(c => c).Where(r => Changing.Contains(r.Op)), Is.Empty);
            Assert.That(report.Abilities, Is.EqualTo(new NfsServerAbilities { AnonymousStateId = true, Verify = true }));
            Assert.That(report.Promises, Is.Empty);
            Assert.That(report.KeepsEveryPromise, Is.False);
            Assert.That(report.WriteRefusal, Is.Null);
            Assert.That(report.Latencies, Has.Count.EqualTo(4));
        });
    }

    [Test]
    public async Task A_directory_that_may_not_be_written_is_said_to_be_one()
    {
        await using var server = new ScriptedServer();
        server.Script = step => step.Op == Nfs4Op.Create ? new Fault.Answer(Nfs4Stat.Access) : null;
        var report = await ProbeAsync(server);

        Assert.Multiple(() =>
        {
            Assert.That(report.WriteRefusal, Does.Contain("NFS4ERR_ACCESS").And.Contain("owner and mode"));
            Assert.That(report.Promises, Is.Empty);
            Assert.That(report.KeepsEveryPromise, Is.False);
            Assert.That(Names(server), Is.Empty);
        });
    }

    [Test]
    public async Task Stopping_leaves_nothing_behind([Values("small-7", "replaced", "raced-1", "new-1-16384", "file", "one")] string name)
    {
        await using var server = new ScriptedServer();
        using var stopping = new CancellationTokenSource();
        server.Script = step =>
        {
            if (step.Request is LookupRequest lookup && lookup.Name == name || step.Request is RenameRequest rename && rename.NewName == name || step.Request is LinkRequest link && link.NewName == name)
            {
                stopping.Cancel();
            }

            return null;
        };

        await Assert.ThatAsync(() => ProbeAsync(server, cancellationToken: stopping.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Names(server), Is.Empty);
    }

    [Test]
    public async Task A_scratch_directory_that_cannot_be_removed_is_named()
    {
        await using var server = new ScriptedServer();
        server.Script = step => step.Request is RemoveRequest remove && remove.Name.Contains("probe", StringComparison.Ordinal) ? new Fault.Answer(Nfs4Stat.Perm) : null;

        await Assert.ThatAsync(() => ProbeAsync(server), Throws.InstanceOf<IOException>().With.Message.Contains(TemporaryName.Prefix).And.Message.Contains("remove it by hand"));
    }

    [Test]
    public async Task A_server_of_another_minor_version_is_called_one()
    {
        await using var server = new ScriptedServer();
        server.Script = step => step.Op == Nfs4Op.ExchangeId
            ? new Fault.Mangle(reply => [.. reply[..24], 0, 0, 0x27, 0x25, 0, 0, 0, 0, 0, 0, 0, 0])
            : null;

        await Assert.ThatAsync(() => ProbeAsync(server), Throws.InstanceOf<IOException>().With.Message.Contains("does not speak NFSv4.1"));
    }

    [Test]
    public async Task A_server_that_is_not_there_is_said_not_to_be_reached()
    {
        await using var server = new ScriptedServer();
        server.Refuse(IPAddress.Loopback);

        await Assert.ThatAsync(() => ProbeAsync(server), Throws.InstanceOf<IOException>().With.Message.Contains($"127.0.0.1:{server.Port}").And.Message.Contains("security group"));
    }

    [Test]
    public async Task A_file_system_that_DNS_does_not_know_is_named_as_it_was_asked_for()
    {
        var probe = new DirectNfsProbe(new DirectNfsOptions(), new DirectNfsTlsOptions { Enabled = true, Region = "eu-west-1", DnsSuffix = "invalid" });
        var target = new MountTarget { MountTargetId = "fs-0a1b2c3d", FileSystemId = "fs-0a1b2c3d" };

        await Assert.ThatAsync(() => probe.RunAsync(target, mayWrite: false), Throws.InstanceOf<IOException>().With.Message.Contains("'fs-0a1b2c3d.efs.eu-west-1.invalid'"));
    }

    [Test]
    public void Wrong_options_are_refused()
    {
        Assert.That(
            () => new DirectNfsProbe(new DirectNfsOptions { Port = 0 }, new DirectNfsTlsOptions { Enabled = false, UseIam = true }),
            Throws.ArgumentException.With.Message.Contains("Port is 0").And.Message.Contains("UseIam"));
    }

    internal static Task<NfsServerReport> ProbeAsync(ScriptedServer server, bool mayWrite = true, CancellationToken cancellationToken = default)
    {
        var probe = new DirectNfsProbe(new DirectNfsOptions { Port = server.Port }, new DirectNfsTlsOptions { Enabled = false });
        return probe.RunAsync(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "127.0.0.1" }, mayWrite, cancellationToken);
    }

    private static IEnumerable<string> Names(ScriptedServer server) => server.Tree.Root.ByCookie.Values.Select(entry => entry.Name);
}
