using System.Globalization;
using EfsSharding.LocalAws;
using EfsSharding.TestSupport.Samples;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>The Worker as ECS runs it.</summary>
[TestFixture]
internal sealed class WorkerProcessTests
{
    private const string ParameterName = "/efs-sharding/map";

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Worker_TakesTheMapFromSsm_AndFinishesWhatIsUnderWayWhenAskedToStop()
    {
        await using var aws = await LocalAwsServer.StartAsync(new LocalAwsOptions());
        PublishMap(aws);
        var root = Directory.CreateTempSubdirectory("efs-sharding-test-");
        try
        {
            using var process = SampleProcess.Start("Worker", "Worker", Variables(aws, root.FullName));
            var address = process.WaitForLine(line => line.Contains("Now listening on: ", StringComparison.Ordinal)).Split("on: ")[1].Trim();
            using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
            using var http = new HttpClient(handler) { BaseAddress = new Uri(address), DefaultRequestHeaders = { ExpectContinue = true } };
            Assert.That(await http.GetStringAsync("/routes/a"), Does.Contain("\"fsmt-1\""));

            using var body = new PipedContent();
            var put = http.PutAsync("/files/slow", body);
            await body.Wanted;
            await body.WriteAsync("first, ");
            process.Terminate();
            process.WaitForLine(line => line.Contains("shutting down", StringComparison.Ordinal));
            await body.WriteAsync("last");
            body.Complete();
            Assert.That((int)(await put).StatusCode, Is.EqualTo(201));
            Assert.That(await process.ExitAsync(), Is.Zero, process.Error);
            Assert.That(await File.ReadAllTextAsync(Path.Combine(root.FullName, "fs-1", "slow")), Is.EqualTo("first, last"));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [TestCase("EFS_ACCESS", "magic", "EFS_ACCESS is 'magic'; it must be auto, kernel, premounted, direct or local")]
    [TestCase("EFS_TLS", "yes", "EFS_TLS is 'yes'; it must be true or false")]
    [TestCase("EFS_IAM", "1", "EFS_IAM is '1'; it must be true or false")]
    [TestCase("EFS_ACCESS_POINT_ID", "fs-1", "EFS_ACCESS_POINT_ID is 'fs-1'; it must be the id of an access point")]
    [TestCase("EFS_NFS_PORT", "65536", "EFS_NFS_PORT is '65536'; it must be a TCP port, 1 to 65535")]
    [TestCase("SSM_PARAMETER_NAME", "", "SSM_PARAMETER_NAME is not set")]
    public async Task Worker_RefusesAWrongVariable(string name, string value, string complaint)
    {
        var error = await RefusedAsync(new() { ["EFS_ACCESS"] = "direct", ["SSM_PARAMETER_NAME"] = ParameterName, [name] = value });

        Assert.That(error, Does.StartWith(complaint).And.Not.Contains("   at "));
    }

    [Test]
    public async Task Worker_RefusesAnAccessPointAndIamWithoutTls_AndNamesAllThatIsWrong()
    {
        var error = await RefusedAsync(new()
        {
            ["SSM_PARAMETER_NAME"] = ParameterName,
            ["EFS_TLS"] = "false",
            ["EFS_IAM"] = "true",
            ["EFS_ACCESS_POINT_ID"] = "fsap-0a1b2c3d4e5f60718",
            ["EFS_NFS_PORT"] = "nfs",
        });

        Assert.That(error, Does.Contain("EFS_IAM is 'true' and EFS_TLS is 'false'").And.Contain("EFS_ACCESS_POINT_ID is 'fsap-0a1b2c3d4e5f60718' and EFS_TLS is 'false'")
            .And.Contain("EFS_NFS_PORT is 'nfs'"));
    }

    private static async Task<string> RefusedAsync(Dictionary<string, string> variables)
    {
        variables["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        using var process = SampleProcess.Start("Worker", "Worker", variables);
        Assert.That(await process.ExitAsync(), Is.EqualTo(1), process.Error);
        return process.Error;
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Healthcheck_SaysWhetherTheServiceBesideItLives()
    {
        await using var aws = await LocalAwsServer.StartAsync(new LocalAwsOptions());
        PublishMap(aws);
        using var service = SampleProcess.Start("Worker", "Worker", Variables(aws, Path.Combine(Path.GetTempPath(), "efs-sharding-test-healthcheck")));
        var address = service.WaitForLine(line => line.Contains("Now listening on: ", StringComparison.Ordinal)).Split("on: ")[1].Trim();
        var port = new Uri(address).Port.ToString(CultureInfo.InvariantCulture);

        using var alive = SampleProcess.Start("Worker", "Worker", [new("ASPNETCORE_HTTP_PORTS", port)], "--healthcheck");
        Assert.That(await alive.ExitAsync(), Is.Zero, alive.Error);

        service.Terminate();
        Assert.That(await service.ExitAsync(), Is.Zero, service.Error);
        using var gone = SampleProcess.Start("Worker", "Worker", [new("ASPNETCORE_HTTP_PORTS", port)], "--healthcheck");
        Assert.That(await gone.ExitAsync(), Is.EqualTo(1));
        Assert.That(gone.Error, Does.Contain($"http://127.0.0.1:{port}/healthz/live does not answer"));
    }

    private static void PublishMap(LocalAwsServer aws) => aws.State.PutParameter(ParameterName, ShardMapCodec.Serialize(new ShardMap
    {
        Revision = 1,
        MountTargets = [new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "10.0.0.1" }],
        FileSystems = [new FileSystem { FileSystemId = "fs-1" }],
    }));

    private static Dictionary<string, string> Variables(LocalAwsServer aws, string root) => new(aws.EnvironmentVariables, StringComparer.Ordinal)
    {
        ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        ["SSM_PARAMETER_NAME"] = ParameterName,
        ["EFS_ACCESS"] = "local",
        ["EFS_LOCAL_ROOT"] = root,
    };
}
