using System.Diagnostics;
using EfsSharding.Nfs;
using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Counting;
using EfsSharding.TestSupport.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace EfsSharding.Scaling.Tests.Counting;

/// <summary>The contract over nfs-ganesha, as a user who owns nothing there.</summary>
[TestFixture(1)]
[TestFixture(16)]
[TestFixture(null)]
internal sealed class DirectNfsFileCounterTests(int? directoriesInFlight) : FileCounterContract
{
    private const uint Nobody = 65534;
    private GaneshaServer? _ganesha;

    [OneTimeSetUp]
    public async Task StartGanesha()
    {
        _ganesha = await GaneshaServer.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopGanesha()
    {
        if (_ganesha is not null)
        {
            await _ganesha.DisposeAsync();
        }
    }

    private protected override string? Place => _ganesha!.Export;

    private protected override string NameOf(string path) => path[_ganesha!.Export.Length..];

    private protected override IFileCounter Counter(TimeProvider? timeProvider = null)
    {
        var efs = Substitute.For<IElasticFileSystem>();
        efs.DescribeMountTargetsAsync("fs-1", Arg.Any<CancellationToken>()).Returns([new MountTargetDescription
        {
            MountTargetId = "fsmt-1",
            FileSystemId = "fs-1",
            SubnetId = "subnet-1",
            LifeCycleState = EfsLifeCycleState.Available,
            IpAddress = "127.0.0.2",
        }]);
        var options = new DirectNfsOptions { Port = _ganesha!.Port, UserId = Nobody, GroupId = Nobody, Groups = [] };
        var mounter = new DirectNfsMounter(options, TimeSpan.FromSeconds(15), secure: null, TimeProvider.System, meters: null, NullLogger.Instance);
        return new DirectNfsFileCounter("fs-1", directoriesInFlight, efs, mounter, timeProvider ?? TimeProvider.System, NullLogger<DirectNfsFileCounter>.Instance);
    }

    [Test]
    public async Task A_start_that_is_a_symbolic_link_is_an_error_that_names_it()
    {
        TemporaryTree.AddFiles(Tree.PathOf("real"), 3);
        Directory.CreateSymbolicLink(Tree.PathOf("link"), Tree.PathOf("real"));
        var link = NameOf(Tree.PathOf("link"));

        var error = await Assert.ThrowsAsync<DirectoryUnreadableException>(() => Counter().CountAsync(new FileCountRequest { Directory = link }));

        Assert.That(error!.Directory, Is.EqualTo(link));
    }

    [Test]
    public async Task A_directory_that_may_not_be_listed_is_an_error_that_names_it()
    {
        TemporaryTree.AddFiles(Tree.PathOf("open"), 3);
        var closed = Directory.CreateDirectory(Tree.PathOf("a", "closed")).FullName;
        await RunAsync("chmod", "go-rwx", closed);

        var error = await Assert.ThrowsAsync<DirectoryUnreadableException>(() => CountAsync());

        Assert.That(error!.Directory, Is.EqualTo(NameOf(closed)));
        Assert.That(error.Message, Does.Contain("NFS4ERR_ACCESS"));
    }

    [Test]
    public async Task A_tree_deeper_than_a_path_can_say_is_counted()
    {
        const int Depth = 60;
        Tree.AddChain(new string('n', 200), Depth);
        await OpenAsync(Tree.Root);

        var count = await CountAsync();

        Assert.That((count.Files, count.Directories), Is.EqualTo((Depth, Depth + 1L)));
    }

    [Test]
    public async Task A_directory_of_many_pages_is_counted_to_its_end()
    {
        for (var i = 0; i < 6_000; i++)
        {
            await File.WriteAllBytesAsync(Tree.PathOf($"a-file-with-a-name-that-takes-room-{i:00000000000000000000000000000000}"), []);
        }

        Assert.That((await CountAsync()).Files, Is.EqualTo(6_000));
    }

    [Test]
    public async Task Names_that_are_not_text_are_counted()
    {
        await RunAsync("/bin/sh", "-c", "cd \"$1\" && for byte in 351 350; do : > \"$(printf \"caf\\\\$byte\")\"; done", "sh", Tree.Root);
        Assert.That((await CountAsync()).Files, Is.EqualTo(2));
    }

    [Test]
    public async Task A_directory_whose_name_is_not_text_is_counted_with_what_is_in_it()
    {
        await RunAsync("/bin/sh", "-c", "cd \"$1\" && d=$(printf 'dir\\351\\344') && mkdir -p \"$d/below$d\" && : > \"$d/a\" && : > \"$d/below$d/b\" && chmod -R a+rX .", "sh", Tree.Root);
        var count = await CountAsync();
        Assert.That((count.Files, count.Directories), Is.EqualTo((2, 3)));
    }

    private static Task OpenAsync(string directory) => RunAsync("chmod", "-R", "a+rX", directory);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero);
    }
}
