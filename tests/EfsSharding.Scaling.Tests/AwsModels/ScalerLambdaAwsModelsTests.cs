using System.Text.Json;
using EfsSharding.TestSupport.Samples;

namespace EfsSharding.Scaling.Tests.AwsModels;

/// <summary>The built ScalerLambda against an endpoint that knows AWS from its service models alone.</summary>
/// <remarks>The runs mostly wait for the mount target.</remarks>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.Children)]
internal sealed class ScalerLambdaAwsModelsTests
{
    private const string ParameterName = "/efs-sharding/map";
    private const string A = "subnet-0000000000000000a";
    private const string B = "subnet-0000000000000000b";
    private const string C = "subnet-0000000000000000c";

    private const string FirstGeneration =
        """{\"mount_targets\":[{\"mount_target_id\":\"fsmt-0000000000000000a\",\"ip_address\":\"10.0.0.4\",\"availability_zone\":\"eu-west-1a\",\"subnet_id\":\"subnet-0000000000000000a\"}]}""";

    private static readonly TestCaseData[] Accounts =
    [
        new TestCaseData("{}", B, false).SetArgDisplayNames("one of three zones has a mount target"),
        new TestCaseData("""{"mount_targets": []}""", A, false).SetArgDisplayNames("no zone has one"),
        new TestCaseData(
            """{"subnets": [["subnet-0000000000000000a", "a"], ["subnet-0000000000000001a", "a"], ["subnet-0000000000000002a", "a"], ["subnet-0000000000000000b", "b", 9]]}""",
            B, false).SetArgDisplayNames("three subnets are in one zone"),
        new TestCaseData(
            $$"""{"page_size": 1, "explicit_nulls": true, "mount_targets": ["{{A}}", "{{B}}"], "subnets": [["{{A}}", "a"], ["{{B}}", "b"], ["{{C}}", "c"], ["subnet-0000000000000001c", "c"]]}""",
            C, true).SetArgDisplayNames("pages of one item and null members"),
        new TestCaseData($$$"""{"parameters": {"{{{ParameterName}}}": "{{{FirstGeneration}}}"}}""", B, true).SetArgDisplayNames("the first generation has published"),
        new TestCaseData("""{"throttle_once": true}""", B, false).SetArgDisplayNames("each operation is throttled once"),
    ];

    private DirectoryInfo _files = null!;

    [SetUp]
    public void WriteFiles()
    {
        _files = Directory.CreateTempSubdirectory("efs-sharding-test-");
        for (var number = 0; number < 25; number++)
        {
            File.WriteAllText(Path.Combine(_files.FullName, $"{number}.txt"), "x");
        }
    }

    [TearDown]
    public void DeleteFiles() => _files.Delete(recursive: true);

    [TestCaseSource(nameof(Accounts))]
    public async Task Once_adds_a_mount_target_where_there_is_none_publishes_and_deploys_and_then_finds_nothing_to_do(
        string scenario, string expectedSubnet, bool portForEachService)
    {
        await using var aws = await AwsModelsEndpoint.StartAsync(scenario);
        var variables = Variables(portForEachService ? aws.EnvironmentVariablesByService : aws.EnvironmentVariables);

        var (plan, calls) = await RunAsync(aws, variables, "--once", "--plan");
        Assert.That(calls.Where(call => call.HasEffect), Is.Empty);
        Assert.That(Outcomes(plan), Is.All.Matches<string>(outcome => outcome is "done" or "planned"));
        Assert.That(Outcomes(plan).TakeLast(3), Is.All.EqualTo("planned"));

        (var report, calls) = await RunAsync(aws, variables, "--once");
        var effects = calls.Where(call => call.HasEffect).ToList();

        // What was there before is published first; which service was deployed is noted last.
        Assert.That(effects.Select(call => call.Operation), Is.EqualTo(new[] { "PutParameter", "CreateMountTarget", "PutParameter", "UpdateService", "PutParameter" })
            .Or.EqualTo(new[] { "CreateMountTarget", "PutParameter", "UpdateService", "PutParameter" }));
        effects.RemoveAll(call => call == effects[^1] || (call == effects[0] && call.Operation == "PutParameter"));
        Assert.That(effects[0].Input.GetProperty("SubnetId").GetString(), Is.EqualTo(expectedSubnet));
        Assert.That(effects[0].Input.GetProperty("SecurityGroups")[0].GetString(), Is.EqualTo(AwsModelsEndpoint.SecurityGroupId));
        Assert.That(effects[2].Input.GetProperty("forceNewDeployment").GetBoolean());
        Assert.That(Outcomes(report), Is.All.EqualTo("done"));
        var map = ShardMapCodec.Parse(effects[1].Input.GetProperty("Value").GetString()!, ParameterName);
        Assert.Multiple(() =>
        {
            Assert.That(report.GetProperty("new_mount_target_id").GetString(), Is.EqualTo(effects[0].Output.GetProperty("MountTargetId").GetString()));
            Assert.That(report.GetProperty("deployment_triggered").GetBoolean());
            Assert.That(map.MountTargets.Select(target => target.AvailabilityZone), Is.Unique);
            Assert.That(map.MountTargets.Select(target => target.SubnetId), Does.Contain(expectedSubnet));
            Assert.That(map.MountTargets, Has.Count.EqualTo(report.GetProperty("mount_targets").GetInt32()));
            Assert.That(map.FileSystems.Select(fileSystem => fileSystem.FileSystemId), Is.EqualTo(new[] { AwsModelsEndpoint.FileSystemId }));
        });

        (report, calls) = await RunAsync(aws, variables, "--once");
        Assert.That(calls.Where(call => call.HasEffect), Is.Empty);
        Assert.That(Outcomes(report).Skip(2), Is.All.EqualTo("nothing_to_do"));
    }

    [Test]
    public async Task The_worker_reads_the_map_that_was_published()
    {
        await using var aws = await AwsModelsEndpoint.StartAsync("""{"creating_s": 0.1}""");
        var (report, _) = await RunAsync(aws, Variables(aws.EnvironmentVariables), "--once");
        using var process = SampleProcess.Start("Worker", "Worker", new Dictionary<string, string>(aws.EnvironmentVariables, StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["SSM_PARAMETER_NAME"] = ParameterName,
            ["EFS_ACCESS"] = "local",
            ["EFS_LOCAL_ROOT"] = _files.FullName,
        });
        var address = process.WaitForLine(line => line.Contains("Now listening on: ", StringComparison.Ordinal)).Split("on: ")[1].Trim();
        using var http = new HttpClient { BaseAddress = new Uri(address) };

        var targets = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 0; number < 100; number++)
        {
            using var route = JsonDocument.Parse(await http.GetStringAsync($"/routes/{number}"));
            targets.Add(route.RootElement.GetProperty("mount_target_id").GetString()!);
        }

        Assert.That(targets, Is.EquivalentTo(new[] { "fsmt-0000000000000000a", report.GetProperty("new_mount_target_id").GetString() }));
    }

    private static IEnumerable<string?> Outcomes(JsonElement report) =>
        report.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("outcome").GetString());

    /// <summary>Runs it once, and sees to it that it succeeds and that the models refuse nothing of what it sends.</summary>
    private static async Task<(JsonElement Report, IReadOnlyList<AwsModelsCall> Calls)> RunAsync(
        AwsModelsEndpoint aws, Dictionary<string, string> variables, params string[] args)
    {
        var before = await aws.CallsAsync();
        using var process = SampleProcess.Start("ScalerLambda", "bootstrap", variables, args);
        var status = await process.ExitAsync();
        var calls = (await aws.CallsAsync()).Skip(before.Count).ToList();
        Assert.That(status, Is.Zero, () => $"{process.Error}\n{string.Join('\n', calls)}");
        Assert.That(calls.Select(call => call.Error), Is.All.AnyOf(null, "ParameterNotFound", "ThrottlingException", "RequestLimitExceeded"));
        return (JsonDocument.Parse(process.Output[^1]).RootElement, calls);
    }

    private Dictionary<string, string> Variables(Dictionary<string, string> aws) => new(aws, StringComparer.Ordinal)
    {
        ["EFS_FILE_SYSTEM_ID"] = AwsModelsEndpoint.FileSystemId,
        ["TARGET_DIRECTORY"] = _files.FullName,
        ["FILE_COUNT_THRESHOLD"] = "10",
        ["SSM_PARAMETER_NAME"] = ParameterName,
        ["ECS_CLUSTER_NAME"] = AwsModelsEndpoint.ClusterName,
        ["ECS_SERVICE_NAME"] = AwsModelsEndpoint.ServiceName,
        ["VPC_ID"] = AwsModelsEndpoint.VpcId,
        ["SECURITY_GROUP_ID"] = AwsModelsEndpoint.SecurityGroupId,
    };
}
