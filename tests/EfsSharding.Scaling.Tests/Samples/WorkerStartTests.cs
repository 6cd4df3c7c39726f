using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EfsSharding.LocalAws;
using EfsSharding.TestSupport.Samples;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>A start that fails ends with status 1 and one message that says what, where and what to do.</summary>
[TestFixture]
internal sealed class WorkerStartTests
{
    private const string ParameterName = "/efs-sharding/map";

    [Test]
    public async Task NoParameter_IsNamed()
    {
        await using var aws = await LocalAwsServer.StartAsync(new LocalAwsOptions());
        await AssertFailsAsync(Direct(aws), $"SSM has no parameter '{ParameterName}' in ", "run the scaler once");
    }

    [TestCase("{}", "mount target")]
    [TestCase("{\"mount_targets\":[]}", "mount target")]
    [TestCase("not JSON", "JSON")]
    public async Task BadMap_IsNamed(string map, string complaint)
    {
        await using var aws = await LocalAwsServer.StartAsync(new LocalAwsOptions());
        aws.State.PutParameter(ParameterName, map);
        await AssertFailsAsync(Direct(aws), ParameterName, complaint);
    }

    [Test]
    public async Task UnreachableTargets_AreNamed()
    {
        await using var aws = await LocalAwsServer.StartAsync(new LocalAwsOptions());
        aws.State.PutParameter(ParameterName, ShardMapCodec.Serialize(new ShardMap
        {
            Revision = 1,
            MountTargets = [new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "127.0.0.1" }],
            FileSystems = [new FileSystem { FileSystemId = "fs-1" }],
        }));
        var variables = Direct(aws);
        variables["EFS_NFS_PORT"] = FreePort().ToString(CultureInfo.InvariantCulture);
        await AssertFailsAsync(variables, "fsmt-1", "security group");
    }

    [Test]
    public async Task NoSsm_IsSaidToBeSo() => await AssertFailsAsync(
        new() { ["EFS_ACCESS"] = "direct", ["SSM_PARAMETER_NAME"] = ParameterName, ["AWS_REGION"] = "eu-west-1", ["AWS_ACCESS_KEY_ID"] = "a", ["AWS_SECRET_ACCESS_KEY"] = "b", ["AWS_MAX_ATTEMPTS"] = "1", ["AWS_ENDPOINT_URL"] = $"http://127.0.0.1:{FreePort()}" },
        $"'{ParameterName}' in eu-west-1", "Check the network's way to SSM");

    [Test]
    public async Task NoRegion_IsSaidToBeSo() => await AssertFailsAsync(
        new() { ["EFS_ACCESS"] = "direct", ["SSM_PARAMETER_NAME"] = ParameterName, ["AWS_EC2_METADATA_DISABLED"] = "true" }, $"The parameter '{ParameterName}' could not be read: No RegionEndpoint", "Set AWS_REGION, and give the task a role or the process credentials (AWS_ACCESS_KEY_ID");

    [Test]
    public async Task NoCredentials_AreSaidToBeMissing() => await AssertFailsAsync(
        new() { ["EFS_ACCESS"] = "direct", ["SSM_PARAMETER_NAME"] = ParameterName, ["AWS_REGION"] = "eu-west-1", ["AWS_EC2_METADATA_DISABLED"] = "true" }, $"The parameter '{ParameterName}' could not be read in eu-west-1: Failed to resolve AWS credentials", "credentials. Set AWS_REGION, and give the task a role or the process credentials (AWS_ACCESS_KEY_ID");

    [Test]
    public async Task TakenPort_IsNamed()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var variables = Local();
        variables["ASPNETCORE_URLS"] = $"http://{other.LocalEndpoint}";
        await AssertFailsAsync(variables, $"http://{other.LocalEndpoint}", "Another process listens there");
    }

    [TestCase("ASPNETCORE_URLS", "nonsense", "ASPNETCORE_URLS is 'nonsense'")]
    [TestCase("ASPNETCORE_URLS", "http://127.0.0.1:http", "ASPNETCORE_URLS is 'http://127.0.0.1:http'")]
    [TestCase("ASPNETCORE_URLS", "http://127.0.0.1:99999", "ASPNETCORE_URLS is")]
    [TestCase("ASPNETCORE_URLS", "http://127.0.0.1:-1", "ASPNETCORE_URLS is")]
    [TestCase("ASPNETCORE_URLS", "https://127.0.0.1:0", "TLS is left to what stands in front")]
    [TestCase("ASPNETCORE_URLS", "http://", "ASPNETCORE_URLS is")]
    [TestCase("ASPNETCORE_HTTP_PORTS", "http", "ASPNETCORE_HTTP_PORTS is 'http'; it must be TCP ports")]
    [TestCase("ASPNETCORE_HTTP_PORTS", "8080,8081", "ASPNETCORE_HTTP_PORTS is")]
    [TestCase("ASPNETCORE_HTTP_PORTS", "65536", "ASPNETCORE_HTTP_PORTS is")]
    [TestCase("Logging__LogLevel__Default", "Loud", "Logging__LogLevel__Default is 'Loud'; it must be Trace, Debug")]
    [TestCase("ASPNETCORE_URLS", "http://203.0.113.5:8080", "no such address")]
    [TestCase("EFS_LOCAL_ROOT", "/proc/nowhere", "/proc/nowhere")]
    [TestCase("EfsSharding__OperationTimeout", "-00:00:01", "OperationTimeout")]
    [TestCase("Worker__MaxConnections", "0", "Worker__MaxConnections is '0'; it must be 1 or more")]
    [TestCase("Worker__MaxConnections", "many", "Worker__MaxConnections is 'many'")]
    public async Task WrongSetting_IsNamed(string name, string value, string complaint)
    {
        var variables = Local();
        variables[name] = value;
        await AssertFailsAsync(variables, complaint);
    }

    [Test]
    public async Task FailedStart_OfProcessOne_EndsToo()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            const string reason = "needs root on Linux: only that makes a PID namespace";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(reason);
            }

            Assert.Ignore(reason);
        }

        using var process = SampleProcess.StartInPidNamespace("Worker", "Worker", new Dictionary<string, string> { ["EFS_ACCESS"] = "local", ["EFS_LOCAL_ROOT"] = "/proc/nowhere", ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" });
        Assert.That(await process.ExitAsync(), Is.EqualTo(1));
        Assert.That(process.Error.Trim().Split('\n'), Has.Length.EqualTo(1), process.Error);
        Assert.That(process.Error, Does.Contain("/proc/nowhere"));
    }

    private static async Task AssertFailsAsync(Dictionary<string, string> variables, params string[] complaints)
    {
        variables.TryAdd("ASPNETCORE_URLS", "http://127.0.0.1:0");
        using var process = SampleProcess.Start("Worker", "Worker", variables);
        Assert.That(await process.ExitAsync(), Is.EqualTo(1), process.Error);
        var all = string.Join('\n', process.Output) + process.Error;
        Assert.Multiple(() =>
        {
            Assert.That(process.Error.Trim().Split('\n'), Has.Length.EqualTo(1), process.Error);
            Assert.That(all, Does.Not.Contain("   at "));
            Array.ForEach(complaints, complaint => Assert.That(process.Error, Does.Contain(complaint)));
        });
    }

    private static Dictionary<string, string> Direct(LocalAwsServer aws) => new(aws.EnvironmentVariables, StringComparer.Ordinal)
    {
        ["EFS_ACCESS"] = "direct",
        ["EFS_TLS"] = "false",
        ["SSM_PARAMETER_NAME"] = ParameterName,
    };

    private static Dictionary<string, string> Local() => new() { ["EFS_ACCESS"] = "local", ["EFS_LOCAL_ROOT"] = Path.Combine(Path.GetTempPath(), "efs-sharding-test-start") };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
