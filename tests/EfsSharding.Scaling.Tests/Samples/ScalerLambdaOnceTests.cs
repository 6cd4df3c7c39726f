using System.Globalization;
using System.Text.Json;
using EfsSharding.LocalAws;
using EfsSharding.TestSupport.Samples;
using EfsSharding.TestSupport.Servers;

namespace EfsSharding.Scaling.Tests.Samples;

[TestFixture]
internal sealed class ScalerLambdaOnceTests : ScalerLambdaFixture
{
    [Test]
    public async Task Once_AddsAMountTargetPublishesAndDeploys_ThenFindsNothingToDo()
    {
        var (status, report) = await RunAsync(Variables, "--once");
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.Zero);
            Assert.That(report.GetProperty("file_count").GetInt64(), Is.EqualTo(15));
            Assert.That(report.GetProperty("threshold").GetInt64(), Is.EqualTo(10));
            Assert.That(report.GetProperty("threshold_exceeded").GetBoolean());
            Assert.That(report.GetProperty("new_mount_target_created").GetBoolean());
            Assert.That(report.GetProperty("new_mount_target_id").GetString(), Is.EqualTo(Aws.State.MountTargets[^1].MountTargetId));
            Assert.That(report.GetProperty("deployment_triggered").GetBoolean());
            Assert.That(report.GetProperty("error").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(report.TryGetProperty("timestamp", out _));
            Assert.That(Aws.State.MountTargets.Select(t => t.Subnet.AvailabilityZone), Is.Unique);
            Assert.That(Aws.State.MountTargets[^1].SecurityGroups, Is.EqualTo(Aws.Options.SecurityGroups));
            Assert.That(ShardMapCodec.Parse(Aws.State.Parameter(ParameterName)!.Value, ParameterName).MountTargets, Has.Count.EqualTo(2));
        });

        (status, report) = await RunAsync(Variables, "--once");
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.Zero);
            Assert.That(report.GetProperty("new_mount_target_created").GetBoolean(), Is.False);
            Assert.That(report.GetProperty("deployment_triggered").GetBoolean(), Is.False);
            Assert.That(Aws.Calls.Of("CreateMountTarget"), Has.Count.EqualTo(1));
            Assert.That(Aws.Calls.Of("UpdateService"), Has.Count.EqualTo(1));
            Assert.That(Aws.State.ParameterVersions(ParameterName), Has.Count.EqualTo(3), "what there was, the addition, and which service was deployed for it");
        });
    }

    [Test]
    public async Task OncePlan_SaysWhatItWouldDoAndChangesNothing()
    {
        var (status, report) = await RunAsync(Variables, "--once", "--plan");
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.Zero);
            Assert.That(report.GetProperty("threshold_exceeded").GetBoolean());
            Assert.That(report.GetProperty("new_mount_target_created").GetBoolean(), Is.False);
            Assert.That(Aws.Calls.WithEffect, Is.Empty);
        });
    }

    [Test]
    public async Task Once_WithoutTheDirectory_ReportsTheErrorAndExitsWith1()
    {
        Files.Delete(recursive: true);
        var (status, report) = await RunAsync(Variables, "--once");
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.EqualTo(1));
            Assert.That(report.GetProperty("error").GetString(), Does.Contain(Files.FullName));
            Assert.That(Aws.Calls.Of("CreateMountTarget"), Is.Empty);
        });
    }

    [Test]
    public async Task Once_WithoutSettings_NamesEachVariable()
    {
        var variables = Variables;
        variables.Remove("EFS_FILE_SYSTEM_ID");
        variables.Remove("ECS_SERVICE_NAME");
        variables["FILE_COUNT_THRESHOLD"] = "many";
        using var process = SampleProcess.Start("ScalerLambda", "bootstrap", variables, "--once");
        Assert.That(await process.ExitAsync(), Is.EqualTo(1));
        Assert.That(process.Error, Does.Contain("EFS_FILE_SYSTEM_ID").And.Contain("ECS_SERVICE_NAME").And.Contain("FILE_COUNT_THRESHOLD is 'many'"));
    }

    [TestCase("EFS_ACCESS", "nfs", "EFS_ACCESS is 'nfs'; it must be mounted or direct")]
    [TestCase("EFS_TLS", "on", "EFS_TLS is 'on'; it must be true or false")]
    [TestCase("EFS_NFS_PORT", "0", "EFS_NFS_PORT is '0'; it must be a TCP port")]
    public async Task Once_WithAWrongAccess_SaysWhatWouldBeRight(string name, string value, string complaint)
    {
        var variables = Variables;
        variables["EFS_ACCESS"] = "direct";
        variables[name] = value;
        using var process = SampleProcess.Start("ScalerLambda", "bootstrap", variables, "--once");
        Assert.That(await process.ExitAsync(), Is.EqualTo(1));
        Assert.That(process.Error, Does.StartWith(complaint));
    }

    [Test]
    public async Task Once_OverDirectNfs_CountsThroughTheMountTargetThatEfsNames()
    {
        await using var ganesha = await GaneshaServer.StartAsync();
        for (var number = 0; number < 12; number++)
        {
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(ganesha.Export, "data", $"{number % 3}")).FullName, $"{number}"), "x");
        }

        var subnet = Aws.State.AddSubnet(zone: 2, "127.0.0.0/24");
        Aws.State.RemoveMountTarget(Aws.State.MountTargets[0].MountTargetId);
        var target = Aws.State.AddMountTarget(Aws.Options.FileSystemId, subnet.SubnetId);
        var variables = Variables;
        (variables["EFS_ACCESS"], variables["EFS_TLS"], variables["TARGET_DIRECTORY"]) = ("direct", "false", "/data");
        variables["EFS_NFS_PORT"] = ganesha.Port.ToString(CultureInfo.InvariantCulture);

        using var process = SampleProcess.Start("ScalerLambda", "bootstrap", variables, "--once", "--plan");
        Assert.That(await process.ExitAsync(), Is.Zero, process.Error);
        var report = JsonDocument.Parse(process.Output[^1]).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(report.GetProperty("file_count").GetInt64(), Is.EqualTo(12));
            Assert.That(report.GetProperty("threshold_exceeded").GetBoolean());
            Assert.That(process.Error, Does.Contain($"through {target.MountTargetId}").And.Contain("plain TCP"));
        });
    }

    [TestCase("EfsScaling__CoolDown", "60", "EfsScaling__CoolDown is '60'; it must be a duration")]
    [TestCase("EfsScaling__Policy", "Sometimes", "EfsScaling__Policy is 'Sometimes'; it must be PerMountTarget or Fixed")]
    [TestCase("EfsScaling__Colour", "red", "EfsScaling__Colour is not an option")]
    [TestCase("EfsScaling__MaxMountTargets", "0", "MaxMountTargets is 0")]
    [TestCase("EfsScaling__Interval", "1000h", "Interval is 41.16:00:00")]
    [TestCase("DirectNfs__UserId", "root", "DirectNfs__UserId is 'root'")]
    [TestCase("EFS_FILE_SYSTEM_ID", "files", "FileSystemId is 'files'")]
    [TestCase("SSM_PARAMETER_NAME", "arn:aws:ssm:eu-west-1:1:parameter/map", "ParameterName is 'arn:")]
    [TestCase("AWS_LAMBDA_LOG_LEVEL", "LOUD", "AWS_LAMBDA_LOG_LEVEL is 'LOUD'")]
    [TestCase("REQUIRE_MOUNT", "yes", "REQUIRE_MOUNT is 'yes'")]
    public async Task Once_WithAnyBadSetting_EndsWith1AndOneMessage(string name, string value, string complaint)
    {
        var variables = Variables;
        variables[name] = value;
        using var process = SampleProcess.Start("ScalerLambda", "bootstrap", variables, "--once");
        Assert.That(await process.ExitAsync(), Is.EqualTo(1));
        Assert.That(process.Error.TrimEnd(), Does.StartWith(complaint).And.Not.Contain("\n"));
        Assert.That(Aws.Calls.All, Is.Empty);
    }

    [Test]
    public async Task Once_WithoutARegion_EndsWith1AndOneMessage()
    {
        var variables = Variables;
        variables.Remove("AWS_REGION");
        variables.Remove("AWS_ENDPOINT_URL");
        variables["AWS_EC2_METADATA_DISABLED"] = "true";
        using var process = SampleProcess.Start("ScalerLambda", "bootstrap", variables, "--once");
        Assert.That(await process.ExitAsync(), Is.EqualTo(1));
        Assert.That(process.Error.TrimEnd(), Does.Contain("egion").And.Not.Contain("   at "));
    }

    [Test]
    public async Task Once_TakesEveryOptionByItsName_BeforeTheShortVariables()
    {
        var variables = Variables;
        variables["EfsScaling__FileCountThreshold"] = "20";
        variables["EfsScaling__Policy"] = "fixed";
        variables["EfsScaling__PlanOnly"] = "true";
        var (status, report) = await RunAsync(variables, "--once");
        Assert.That((status, report.GetProperty("threshold").GetInt64(), report.GetProperty("plan_only").GetBoolean()), Is.EqualTo((0, 20L, true)));
    }

    [Test]
    public async Task Once_KilledAtAnyCallWithAnEffect_IsCarriedOnByTheNext(
        [Values("CreateMountTarget 1", "UpdateService 1", "PutParameter 1", "PutParameter 2", "PutParameter 3")] string call, [Values] FaultTiming timing)
    {
        // The parameter is written for what there is, for the addition, and for the deployment.
        var (operation, nth) = (call.Split(' ')[0], int.Parse(call.Split(' ')[1], CultureInfo.InvariantCulture));
        Aws.Faults.Add(new InjectedFault { Operation = operation, Nth = nth, Kind = FaultKind.Delay, Timing = timing, Delay = Timeout.InfiniteTimeSpan });
        using (var process = SampleProcess.Start("ScalerLambda", "bootstrap", Variables, "--once"))
        {
            var exit = process.ExitAsync();
            while (Aws.Faults.Met == 0 && !exit.IsCompleted)
            {
                await Task.Yield();
            }

            // Disposing kills it.
            Assert.That(exit.IsCompleted, Is.False, "it was to be killed in the middle");
        }

        Aws.Faults.Clear();
        for (var run = 0; run < 2; run++)
        {
            var (status, report) = await RunAsync(Variables, "--once");
            Assert.That((status, report.GetProperty("error").ValueKind), Is.EqualTo((0, JsonValueKind.Null)));
        }

        Assert.That(Aws.State.MountTargets, Has.Count.EqualTo(2));
        Assert.That(
            ShardMapCodec.Parse(Aws.State.Parameter(ParameterName)!.Value, ParameterName).MountTargets.Select(target => target.MountTargetId),
            Is.EquivalentTo(Aws.State.MountTargets.Select(target => target.MountTargetId)));
        Assert.That(Aws.Calls.Of("UpdateService"), Is.Not.Empty);
    }

    [Test]
    public async Task UnknownArguments_PrintTheUsage()
    {
        using var process = SampleProcess.Start("ScalerLambda", "bootstrap", Variables, "--twice");
        Assert.That(await process.ExitAsync(), Is.EqualTo(2));
        Assert.That(process.Error, Does.Contain("--once --plan"));
    }

    private static async Task<(int Status, JsonElement Report)> RunAsync(Dictionary<string, string> variables, params string[] args)
    {
        using var process = SampleProcess.Start("ScalerLambda", "bootstrap", variables, args);
        var status = await process.ExitAsync();
        Assert.That(process.Output, Is.Not.Empty, process.Error);
        return (status, JsonDocument.Parse(process.Output[^1]).RootElement);
    }
}
