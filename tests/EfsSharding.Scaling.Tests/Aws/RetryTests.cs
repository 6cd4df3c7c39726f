using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Tests.Aws;

/// <summary>Throttled, cut and slow replies. What retries them is the SDK; these tests show that the clients let it.</summary>
public class RetryTests : LocalAwsFixture
{
    [Test]
    public async Task A_throttled_EFS_call_is_retried()
    {
        Aws.Faults.Add(new InjectedFault { Kind = FaultKind.Throttle, Attempts = 2 });

        var targets = await Efs.DescribeMountTargetsAsync(Aws.Options.FileSystemId);

        Assert.That(targets, Has.Count.EqualTo(1));
        Assert.That(Aws.Calls.All.Select(call => call.ErrorCode), Is.EqualTo(new[] { "ThrottlingException", "ThrottlingException", null }));
        Assert.That(Aws.Calls.All.Select(call => call.InvocationId).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_throttled_ECS_call_is_retried()
    {
        Aws.Faults.Add(new InjectedFault { Kind = FaultKind.Throttle, Attempts = 1 });

        await Ecs.UpdateServiceAsync(Aws.Options.ClusterName, Aws.Options.ServiceName, forceNewDeployment: true);

        Assert.That(Aws.Calls.All.Select(call => call.StatusCode), Is.EqualTo(new[] { 400, 200 }));
        Assert.That(Aws.State.Service().Deployments, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Throttling_without_end_is_told_after_three_attempts()
    {
        Aws.Faults.Add(new InjectedFault { Kind = FaultKind.Throttle });

        var error = await Assert.ThrowsAsync<ElasticFileSystemException>(() => Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId));

        Assert.That(error!.ErrorCode, Is.EqualTo("ThrottlingException"));
        Assert.That(Aws.Calls.All, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task An_unavailable_service_is_retried()
    {
        Aws.Faults.Add(new InjectedFault { ErrorCode = "ServiceUnavailable", StatusCode = 503, Attempts = 1 });

        await Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId);

        Assert.That(Aws.Calls.All.Select(call => call.StatusCode), Is.EqualTo(new[] { 503, 200 }));
    }

    [TestCase(FaultKind.Cut)]
    [TestCase(FaultKind.CutReply)]
    public async Task A_cut_connection_before_the_effect_is_retried(FaultKind kind)
    {
        Aws.Faults.Add(new InjectedFault { Operation = "CreateMountTarget", Kind = kind, Attempts = 1 });

        await CreateAsync();

        Assert.That(Aws.Calls.Of("CreateMountTarget"), Has.Count.EqualTo(2));
        Assert.That(Aws.State.MountTargets, Has.Count.EqualTo(2));
    }

    [TestCase(FaultKind.Cut)]
    [TestCase(FaultKind.CutReply)]
    public async Task A_cut_connection_after_the_effect_ends_in_a_conflict_with_the_first_attempt(FaultKind kind)
    {
        Aws.Faults.Add(new InjectedFault { Operation = "CreateMountTarget", Kind = kind, Timing = FaultTiming.After, Attempts = 1 });

        var error = await Assert.CatchAsync(() => CreateAsync());

        Assert.That(Aws.State.MountTargets, Has.Count.EqualTo(2));
        Assert.That(error, Is.InstanceOf<ElasticFileSystemException>());
        Assert.That(((ElasticFileSystemException)error!).ErrorCode, Is.EqualTo(EfsErrorCode.MountTargetConflict));
    }

    [Test]
    public async Task A_connection_that_is_always_cut_is_retried_and_then_told()
    {
        Aws.Faults.Add(new InjectedFault { Kind = FaultKind.Cut });

        var error = await Assert.CatchAsync(() => Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId));

        Assert.That(error, Is.InstanceOf<IOException>().Or.InstanceOf<HttpRequestException>());
        Assert.That(Aws.Calls.All, Has.Count.GreaterThanOrEqualTo(3));
    }

    [Test]
    public async Task A_slow_reply_is_waited_for()
    {
        Aws.Faults.Add(new InjectedFault { Kind = FaultKind.Delay, Delay = TimeSpan.FromMilliseconds(300) });

        var fileSystem = await Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId);

        Assert.That(fileSystem.FileSystemId, Is.EqualTo(Aws.Options.FileSystemId));
        Assert.That(Aws.Calls.All.Single().Fault, Is.EqualTo(FaultKind.Delay));
    }

    [Test]
    public async Task A_reply_that_never_comes_is_given_up_after_the_timeout_and_asked_for_again()
    {
        Aws.Faults.Add(new InjectedFault { Kind = FaultKind.Delay, Delay = Timeout.InfiniteTimeSpan, Attempts = 1 });
        var config = Aws.Configure(new ElasticFileSystemConfig());
        config.Timeout = TimeSpan.FromSeconds(1);
        using var efs = new ElasticFileSystemClient(Aws.Credentials, config);

        var fileSystem = await efs.DescribeFileSystemAsync(Aws.Options.FileSystemId);

        Assert.That(fileSystem.FileSystemId, Is.EqualTo(Aws.Options.FileSystemId));
    }

    [Test]
    public async Task Replies_that_never_come_end_in_a_timeout_and_not_in_a_cancellation_by_the_caller()
    {
        Aws.Faults.Add(new InjectedFault { Kind = FaultKind.Delay, Delay = Timeout.InfiniteTimeSpan });
        var config = Aws.Configure(new ElasticFileSystemConfig());
        config.Timeout = TimeSpan.FromMilliseconds(100);
        using var efs = new ElasticFileSystemClient(Aws.Credentials, config);

        var error = await Assert.CatchAsync(() => efs.DescribeFileSystemAsync(Aws.Options.FileSystemId));

        Assert.That(error, Is.InstanceOf<TimeoutException>());
    }

    [Test]
    public async Task Cancellation_ends_a_call_that_hangs()
    {
        Aws.Faults.Add(new InjectedFault { Kind = FaultKind.Delay, Delay = Timeout.InfiniteTimeSpan });
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.CatchAsync<OperationCanceledException>(() => Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId, cancellation.Token));
    }

    [Test]
    public async Task A_cancelled_call_is_not_sent()
    {
        await Assert.CatchAsync<OperationCanceledException>(
            () => Ecs.UpdateServiceAsync(Aws.Options.ClusterName, Aws.Options.ServiceName, forceNewDeployment: true, new CancellationToken(canceled: true)));
        Assert.That(Aws.Calls.All, Is.Empty);
    }

    private Task<MountTargetDescription> CreateAsync() => Efs.CreateMountTargetAsync(
        new CreateMountTargetRequest { FileSystemId = Aws.Options.FileSystemId, SubnetId = Aws.State.Subnets[1].SubnetId });
}
