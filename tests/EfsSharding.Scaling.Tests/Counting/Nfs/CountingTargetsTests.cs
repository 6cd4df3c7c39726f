using System.Net;
using EfsSharding.Nfs;
using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Counting;
using EfsSharding.TestSupport.Scripted;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace EfsSharding.Scaling.Tests.Counting.Nfs;

/// <summary>Counting over NFS on a server that fails as its script says, on addresses that are mount targets of one file system.</summary>
[TestFixture]
internal sealed class CountingTargetsTests
{
    private const int Directories = 30;
    private const int FilesInEach = 20;
    private static readonly IPAddress First = IPAddress.Parse("127.0.0.1");
    private static readonly IPAddress Second = IPAddress.Parse("127.0.0.2");

    private FakeLogger<DirectNfsFileCounter> _logger = null!;
    private ScriptedServer _server = null!;

    [SetUp]
    public void StartServer()
    {
        _logger = new FakeLogger<DirectNfsFileCounter>();
        _server = new ScriptedServer(new PeerSettings { MaxEntries = 7 });
        _server.Listen(Second);
        for (var file = 0; file < Directories * FilesInEach; file++)
        {
            _server.Tree.PutFile($"data/d{file % Directories}/f{file}", []);
        }
    }

    [TearDown]
    public async Task StopServer()
    {
        _server.Script = null;
        await _server.DisposeAsync();
        Assert.That(_server.Complaints, Is.Empty, "what the client sent");
    }

    [TestCase("/")]
    [TestCase("/data")]
    [TestCase("data/")]
    public async Task Every_file_is_counted_once_and_no_temporary_one_nor_a_link(string directory)
    {
        _server.Tree.PutFile("data/d1/.efs-sharding-0123", []);
        _server.Tree.PutSymlink("data/d1/link");

        var count = await CountAsync(directory, Target("fsmt-1", First));

        Assert.That((count.Files, count.End), Is.EqualTo(((long)Directories * FilesInEach, FileCountEnd.Complete)));
        Assert.That(count.Directories, Is.EqualTo(Directories + (directory == "/" ? 2 : 1)));
    }

    [Test]
    public async Task One_that_is_available_goes_first()
    {
        var addresses = new HashSet<IPAddress>();
        _server.Script = step =>
        {
            lock (addresses)
            {
                addresses.Add(step.Address);
            }

            return null;
        };

        await CountAsync("/", Target("fsmt-1", First, EfsLifeCycleState.Updating), Target("fsmt-2", Second));

        Assert.That(addresses, Is.EqualTo([Second]));
    }

    [Test]
    public async Task The_next_one_is_tried_when_one_does_not_answer()
    {
        _server.Refuse(First);

        var count = await CountAsync("/", Target("fsmt-1", First), Target("fsmt-2", Second));

        Assert.That((count.Files, count.IsComplete), Is.EqualTo(((long)Directories * FilesInEach, true)));
        Assert.That(_logger.Collector.GetSnapshot().Select(r => r.Id.Id).Where(id => id > 2000), Is.EqualTo([2012, 2011]));
    }

    [TestCase(1)]
    [TestCase(8)]
    public async Task One_that_fails_midway_costs_no_file_and_counts_none_twice(int directoriesInFlight)
    {
        var pages = 0;
        _server.Script = step =>
        {
            if (step.Op == Nfs4Op.ReadDir && step.Address.Equals(First) && Interlocked.Increment(ref pages) == 40)
            {
                ThreadPool.QueueUserWorkItem(_ => _server.Refuse(First));
                return new Fault.CutBefore();
            }

            return null;
        };

        var count = await CountAsync("/", directoriesInFlight, Target("fsmt-1", First), Target("fsmt-2", Second));

        Assert.That(pages, Is.AtLeast(40));
        Assert.That((count.Files, count.Directories, count.IsComplete), Is.EqualTo(((long)Directories * FilesInEach, Directories + 2L, true)));
    }

    [Test]
    public async Task One_that_answered_before_is_tried_again_before_the_count_fails()
    {
        var failed = 0;
        _server.Script = step => step.Op == Nfs4Op.ReadDir && Interlocked.Increment(ref failed) == 20 ? new Fault.Answer(Nfs4Stat.Io) : null;

        Assert.That((await CountAsync("/", Target("fsmt-1", First))).Files, Is.EqualTo(Directories * FilesInEach));

        _server.Script = step => step.Op == Nfs4Op.ReadDir ? new Fault.Answer(Nfs4Stat.Io) : null;
        var error = await Assert.ThrowsAsync<TargetUnavailableException>(() => CountAsync("/", Target("fsmt-1", First)));
        Assert.That(error!.Message, Does.Contain("fs-1").And.Contain("NFS4ERR_IO"));
    }

    [Test]
    public async Task None_that_answers_is_an_error_that_says_why_and_what_to_do()
    {
        _server.Refuse(First);
        _server.Refuse(Second);

        var error = await Assert.ThrowsAsync<TargetUnavailableException>(() => CountAsync("/", Target("fsmt-1", First), Target("fsmt-2", Second)));
        Assert.That(error!.FileSystemId, Is.EqualTo("fs-1"));
        Assert.That(error.Message, Does.Contain("fsmt-2").And.Contain("port"));

        error = await Assert.ThrowsAsync<TargetUnavailableException>(() => CountAsync("/", Target("fsmt-1", First, EfsLifeCycleState.Deleting)));
        Assert.That(error!.Message, Does.Contain("no mount target"));
    }

    [Test]
    public async Task A_directory_that_vanishes_before_it_is_read_is_none()
    {
        _server.Script = step =>
        {
            if (step.Request is LookupRequest { Name: "d7" })
            {
                _server.Tree.Remove("data/d7");
            }

            return null;
        };

        var count = await CountAsync("/", Target("fsmt-1", First));

        Assert.That((count.Files, count.IsComplete), Is.EqualTo(((Directories - 1L) * FilesInEach, true)));
    }

    [Test]
    public async Task A_server_that_falls_silent_does_not_outlast_the_time_limit()
    {
        var clock = new FakeTimeProvider();
        using var silent = new ManualResetEventSlim();
        var pages = 0;
        _server.Script = step =>
        {
            if (step.Op != Nfs4Op.ReadDir || Interlocked.Increment(ref pages) < 30)
            {
                return null;
            }

            silent.Set();
            return new Fault.Swallow();
        };
        var request = new FileCountRequest { Directory = "/", TimeLimit = TimeSpan.FromMinutes(10) };
        var counting = Counter(clock, 4, Target("fsmt-1", First)).CountAsync(request);
        Assert.That(silent.Wait(TimeSpan.FromSeconds(30)));

        clock.Advance(TimeSpan.FromMinutes(10));
        var count = await counting;

        Assert.That((count.End, count.IsComplete), Is.EqualTo((FileCountEnd.TimeLimitReached, false)));
        Assert.That(count.Files, Is.InRange(1, (Directories * FilesInEach) - 1));
    }

    [Test]
    public async Task A_path_out_of_the_file_system_is_refused() =>
        await Assert.ThrowsAsync<DirectoryUnreadableException>(() => CountAsync("/data/../..", Target("fsmt-1", First)));

    private static MountTargetDescription Target(string id, IPAddress address, string state = EfsLifeCycleState.Available) => new()
    {
        MountTargetId = id,
        FileSystemId = "fs-1",
        SubnetId = "subnet-1",
        LifeCycleState = state,
        IpAddress = address.ToString(),
    };

    private Task<FileCount> CountAsync(string directory, params MountTargetDescription[] targets) => CountAsync(directory, 4, targets);

    private Task<FileCount> CountAsync(string directory, int directoriesInFlight, params MountTargetDescription[] targets) =>
        Counter(TimeProvider.System, directoriesInFlight, targets).CountAsync(new FileCountRequest { Directory = directory });

    private DirectNfsFileCounter Counter(TimeProvider timeProvider, int directoriesInFlight, params MountTargetDescription[] targets)
    {
        var efs = Substitute.For<IElasticFileSystem>();
        efs.DescribeMountTargetsAsync("fs-1", Arg.Any<CancellationToken>()).Returns(targets);
        var options = new DirectNfsOptions { Port = _server.Port, ReconnectTimeout = TimeSpan.FromMilliseconds(200) };
        var mounter = new DirectNfsMounter(options, TimeSpan.FromSeconds(15), secure: null, TimeProvider.System, meters: null, _logger);
        return new DirectNfsFileCounter("fs-1", directoriesInFlight, efs, mounter, timeProvider, _logger);
    }
}
