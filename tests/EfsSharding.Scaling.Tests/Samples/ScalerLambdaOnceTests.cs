using System.Text.Json;

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
            Assert.That(Aws.State.ParameterVersions(ParameterName), Has.Count.EqualTo(1));
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
            Assert.That(Aws.Calls.WithEffect, Is.Empty);
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
