using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EfsSharding.TestSupport.Samples;
using EfsSharding.TestSupport.Servers;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary><c>Worker -- probe</c> as a user runs it, against a real server.</summary>
[Category("DirectNfs")]
[Platform(Exclude = "Win")]
public sealed class WorkerProbeTests
{
    [Test]
    public async Task Probe_FindsEveryPromiseKept_AndLeavesNothingBehind()
    {
        await using var ganesha = await GaneshaServer.StartAsync();
        var (status, output, error) = await RunAsync(ganesha.Port, "127.0.0.1");

        Assert.Multiple(() =>
        {
            Assert.That(status, Is.Zero, error);
            Assert.That(output, Does.StartWith($"server            127.0.0.1:{ganesha.Port}, plain TCP"));
            Assert.That(output, Does.EndWith("Every promise holds."));
            Assert.That(output, Does.Not.Contain("BROKEN"));
            Assert.That(Directory.EnumerateFileSystemEntries(ganesha.Export), Is.Empty);
        });
    }

    [Test]
    public async Task Probe_Json_IsReadByAMachine()
    {
        await using var ganesha = await GaneshaServer.StartAsync();
        var (status, output, error) = await RunAsync(ganesha.Port, "127.0.0.1", "--json");
        using var report = JsonDocument.Parse(output);
        var root = report.RootElement;

        Assert.Multiple(() =>
        {
            Assert.That(status, Is.Zero, error);
            Assert.That(root.GetProperty("keeps_every_promise").GetBoolean());
            Assert.That(root.GetProperty("promises").GetArrayLength(), Is.EqualTo(7));
            Assert.That(root.GetProperty("limits").GetProperty("max_operations").GetInt32(), Is.EqualTo(16));
            Assert.That(root.GetProperty("limits").GetProperty("slots").GetInt32(), Is.EqualTo(64));
            Assert.That(root.GetProperty("limits").GetProperty("lease").GetDouble(), Is.GreaterThan(0));
            Assert.That(root.GetProperty("limits").GetProperty("file_handle_bytes").GetInt32(), Is.InRange(1, 128));
            Assert.That(root.GetProperty("abilities").GetProperty("current_state_id").GetBoolean());
            Assert.That(root.GetProperty("latencies").EnumerateArray().Select(l => l.GetProperty("median").GetDouble()), Is.All.GreaterThan(0));
        });
    }

    [Test]
    public async Task Probe_NoWrite_WorksWhereNothingMayBeWritten()
    {
        await using var ganesha = await GaneshaServer.StartAsync();
        var (status, output, error) = await RunAsync(ganesha.Port, "127.0.0.1", "--no-write", "--user", "4711:4712");
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.Zero, error);
            Assert.That(output, Does.EndWith("Nothing was written; no promise was put to the test."));
        });

        (status, output, error) = await RunAsync(ganesha.Port, "127.0.0.1", "--user", "4711:4712");
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.EqualTo(1), error);
            Assert.That(output, Does.Contain("Nothing may be written here").And.Contain("NFS4ERR_ACCESS"));
            Assert.That(Directory.EnumerateFileSystemEntries(ganesha.Export), Is.Empty);
        });
    }

    [Test]
    public async Task Probe_StoppedMidway_LeavesNothingBehind()
    {
        await using var ganesha = await GaneshaServer.StartAsync();
        using var begun = new FileSystemWatcher(ganesha.Export);
        using var process = Start(ganesha.Port, "127.0.0.1");
        begun.WaitForChanged(WatcherChangeTypes.Created, TimeSpan.FromSeconds(30));
        process.Terminate();

        Assert.That(await process.ExitAsync(), Is.EqualTo(130), process.Error);
        Assert.That(process.Error, Does.Contain("nothing was left behind"));
        Assert.That(Directory.EnumerateFileSystemEntries(ganesha.Export), Is.Empty);
    }

    [Test]
    public async Task Probe_SaysThatNobodyIsThere()
    {
        var (status, output, error) = await RunAsync(ServerProcess.FreePort(), "127.0.0.1");
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.EqualTo(3));
            Assert.That(output, Is.Empty);
            Assert.That(error, Does.Contain("Connection refused").And.Contain("security group"));
        });
    }

    [Test]
    public async Task Probe_SaysThatWhatAnswersIsNoNfsServer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = GreetAsync(listener);
        var (status, _, error) = await RunAsync(((IPEndPoint)listener.LocalEndpoint).Port, "127.0.0.1");
        listener.Stop();
        await serving;

        Assert.That(status, Is.EqualTo(3));
        Assert.That(error, Does.Contain("may be no NFS server"));
    }

    [TestCase("does not say which name", "127.0.0.1", "--tls")]
    [TestCase("--frob is not an option", "127.0.0.1", "--frob")]
    [TestCase("--port needs a value", "127.0.0.1", "--port")]
    [TestCase("--port takes a number", "127.0.0.1", "--port", "nfs")]
    [TestCase("--user takes", "127.0.0.1", "--user", "root")]
    [TestCase("UseIam is true", "127.0.0.1", "--iam")]
    [TestCase("Say which server")]
    public async Task Probe_SaysWhatIsWrongWithItsArguments(string problem, params string[] args)
    {
        var (status, output, error) = await RunAsync(2049, args);
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.EqualTo(2));
            Assert.That(output, Is.Empty);
            Assert.That(error, Does.Contain(problem).And.Contain("--help"));
        });
    }

    /// <summary>What an SSH or SMTP server says first.</summary>
    private static async Task GreetAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("SSH-2.0-OpenSSH_10.0\r\n"u8.ToArray());
                await client.GetStream().CopyToAsync(Stream.Null);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The test has seen enough.
        }
    }

    private static SampleProcess Start(int port, params string[] args) => SampleProcess.Start(
        "Worker",
        "Worker",
        [new("EFS_TLS", "false"), new("EFS_NFS_PORT", port.ToString(CultureInfo.InvariantCulture))],
        ["probe", .. args]);

    private static async Task<(int Status, string Output, string Error)> RunAsync(int port, params string[] args)
    {
        using var process = Start(port, args);
        var status = await process.ExitAsync();
        return (status, string.Join('\n', process.Output), process.Error);
    }
}
