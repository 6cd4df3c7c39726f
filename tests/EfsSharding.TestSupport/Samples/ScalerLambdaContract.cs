using System.Text.Json;
using EfsSharding.LocalAws;

namespace EfsSharding.TestSupport.Samples;

/// <summary>The function as Lambda sees it, however it was built.</summary>
internal abstract class ScalerLambdaContract : ScalerLambdaFixture
{
    private static readonly TimeSpan Ample = TimeSpan.FromMinutes(5);

    private RuntimeApiStandIn _runtime = null!;

    [SetUp]
    public async Task StartRuntimeAsync() => _runtime = await RuntimeApiStandIn.StartAsync();

    [TearDown]
    public async Task StopRuntimeAsync() => await _runtime.DisposeAsync();

    [Test]
    public async Task Event_IsAnsweredWithTheReport_AndLeavesLogsAndMetrics()
    {
        using var process = Start(Variables);
        var answer = await _runtime.InvokeAsync(Ample);
        var metrics = JsonDocument.Parse(process.WaitForLine(line => line.Contains("\"_aws\"", StringComparison.Ordinal))).RootElement;
        var logs = process.Output.Where(line => !line.Contains("\"_aws\"", StringComparison.Ordinal)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(answer.IsError, Is.False);
            Assert.That(answer.Body.GetProperty("file_count").GetInt64(), Is.EqualTo(15));
            Assert.That(answer.Body.GetProperty("new_mount_target_created").GetBoolean());
            Assert.That(Aws.State.MountTargets, Has.Count.EqualTo(2));

            Assert.That(logs, Is.Not.Empty);
            Assert.That(logs.Select(log => log.GetProperty("requestId").GetString()), Is.All.EqualTo(answer.RequestId));
            Assert.That(logs.Select(log => log.GetProperty("event").GetString()), Has.Member("MapPublished"));

            var directive = metrics.GetProperty("_aws").GetProperty("CloudWatchMetrics")[0];
            Assert.That(directive.GetProperty("Namespace").GetString(), Is.EqualTo("EfsSharding"));
            Assert.That(metrics.GetProperty(directive.GetProperty("Dimensions")[0][0].GetString()!).GetString(), Is.EqualTo(Aws.Options.FileSystemId));
            var names = directive.GetProperty("Metrics").EnumerateArray().Select(metric => metric.GetProperty("Name").GetString()!).ToList();
            Assert.That(names, Is.SupersetOf(new[] { "FileCount", "MountTargets", "MountTargetsCreated", "RunFailures", "RunDuration" }));
            Assert.That(names.Select(name => metrics.GetProperty(name).ValueKind), Is.All.EqualTo(JsonValueKind.Number));
            Assert.That(metrics.GetProperty("FileCount").GetInt64(), Is.EqualTo(15));
        });
    }

    [Test]
    public async Task FailedRun_IsAFunctionErrorWithTheReport_AndTheNextEventIsHandled()
    {
        Aws.Faults.Add(new InjectedFault { Service = "efs", Operation = "CreateMountTarget", ErrorCode = "NetworkInterfaceLimitExceeded" });
        using var process = Start(Variables);
        var failed = await _runtime.InvokeAsync(Ample);
        var next = await _runtime.InvokeAsync(Ample);
        Assert.Multiple(() =>
        {
            Assert.That(failed.IsError);
            Assert.That(failed.ErrorType, Is.EqualTo("Scaler.RunFailed"));
            Assert.That(failed.Body.GetProperty("errorType").GetString(), Is.EqualTo("Scaler.RunFailed"));
            Assert.That(failed.Body.GetProperty("stackTrace").ValueKind, Is.EqualTo(JsonValueKind.Array));
            Assert.That(
                failed.Body.GetProperty("errorMessage").GetString(),
                Is.EqualTo(failed.Body.GetProperty("report").GetProperty("error").GetString()).And.Not.Empty);
            Assert.That(next.IsError, Is.False);
            Assert.That(next.Body.GetProperty("new_mount_target_created").GetBoolean());
        });
    }

    [Test]
    public async Task Deadline_EndsTheRunBeforeLambdaWould()
    {
        Aws.Faults.Add(new InjectedFault { Service = "efs", Operation = "DescribeMountTargets", Kind = FaultKind.Delay, Delay = Timeout.InfiniteTimeSpan });
        using var process = Start(Variables);
        await _runtime.Polled;
        var deadline = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(4);
        var answer = await _runtime.InvokeAsync(TimeSpan.FromSeconds(4));
        var next = await _runtime.InvokeAsync(Ample);
        Assert.Multiple(() =>
        {
            Assert.That(answer.IsError);
            Assert.That(answer.At, Is.LessThan(deadline));
            Assert.That(answer.Body.GetProperty("errorMessage").GetString(), Does.Contain("ran out").Or.Contain("timeout"));
            Assert.That(next.IsError, Is.False, "the function goes on after a deadline");
        });
    }

    [Test]
    public async Task MissingSettings_AreAnInitError()
    {
        var variables = Variables;
        variables.Remove("TARGET_DIRECTORY");
        using var process = Start(variables);
        var error = await _runtime.InitError;
        Assert.Multiple(() =>
        {
            Assert.That(error.ErrorType, Is.EqualTo("Scaler.InitFailed"));
            Assert.That(error.Body.GetProperty("errorMessage").GetString(), Does.Contain("TARGET_DIRECTORY"));
        });
        Assert.That(await process.ExitAsync(), Is.EqualTo(1));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Terminate_EndsAnIdleRuntimeInOrder()
    {
        using var process = Start(Variables);
        await _runtime.Polled;
        process.Terminate();
        Assert.That(await process.ExitAsync(), Is.Zero, process.Error);
    }

    private SampleProcess Start(Dictionary<string, string> variables)
    {
        variables["AWS_LAMBDA_RUNTIME_API"] = _runtime.Authority;
        return StartBootstrap(variables);
    }

    private protected abstract SampleProcess StartBootstrap(Dictionary<string, string> variables);
}
