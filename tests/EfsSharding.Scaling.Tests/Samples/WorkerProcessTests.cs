using EfsSharding.LocalAws;

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
        var target = new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "10.0.0.1" };
        aws.State.PutParameter(ParameterName, ShardMapCodec.Serialize(new ShardMap
        {
            Revision = 1,
            MountTargets = [target],
            FileSystems = [new FileSystem { FileSystemId = "fs-1" }],
        }));
        var root = Directory.CreateTempSubdirectory("efs-sharding-test-");
        try
        {
            using var process = SampleProcess.Start("Worker", "Worker", Variables(aws, root.FullName));
            var address = process.WaitForLine(line => line.Contains("Now listening on: ", StringComparison.Ordinal)).Split("on: ")[1].Trim();
            using var http = new HttpClient { BaseAddress = new Uri(address) };
            Assert.That(await http.GetStringAsync("/routes/a"), Does.Contain("\"fsmt-1\""));

            using var body = new PipedContent();
            var put = http.PutAsync("/files/slow", body);
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

    [Test]
    public async Task Worker_RefusesAnUnknownAccess()
    {
        using var process = SampleProcess.Start("Worker", "Worker", [new("EFS_ACCESS", "magic"), new("ASPNETCORE_URLS", "http://127.0.0.1:0")]);
        Assert.That(await process.ExitAsync(), Is.Not.Zero);
        Assert.That(process.Error, Does.Contain("EFS_ACCESS is 'magic'"));
    }

    private static Dictionary<string, string> Variables(LocalAwsServer aws, string root) => new(aws.EnvironmentVariables, StringComparer.Ordinal)
    {
        ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        ["SSM_PARAMETER_NAME"] = ParameterName,
        ["EFS_ACCESS"] = "local",
        ["EFS_LOCAL_ROOT"] = root,
    };
}
