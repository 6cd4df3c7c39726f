using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Tests.Aws;

namespace EfsSharding.Scaling.Tests.LocalAws;

public class FaultTests : LocalAwsFixture
{
    [Test]
    public async Task The_nth_call_of_an_operation_meets_the_fault_and_so_many_after_it()
    {
        Aws.Faults.Add(new InjectedFault { Operation = "DescribeMountTargets", Nth = 2, Times = 2, ErrorCode = "BadRequest" });

        List<bool> met = [];
        for (var i = 0; i < 5; i++)
        {
            await Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId);
            met.Add(await FailsAsync(() => Efs.DescribeMountTargetsAsync(Aws.Options.FileSystemId)));
        }

        Assert.That(met, Is.EqualTo(new[] { false, true, true, false, false }));
    }

    [Test]
    public async Task The_nth_call_of_any_service_can_be_meant()
    {
        Aws.Faults.Add(new InjectedFault { Nth = 2, ErrorCode = "BadRequest" });

        Assert.That(await FailsAsync(() => Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId)), Is.False);
        Assert.That(await FailsAsync(() => Ecs.DescribeServiceAsync(Aws.Options.ClusterName, Aws.Options.ServiceName)), Is.True);
        Assert.That(await FailsAsync(() => Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId)), Is.False);
    }

    [Test]
    public async Task A_retry_is_the_same_call()
    {
        Aws.Faults.Add(new InjectedFault { Nth = 2, ErrorCode = "InternalServerError" });

        await Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId);
        var failed = await FailsAsync(() => Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId));
        await Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId);

        Assert.That(failed, Is.True);
        Assert.That(Aws.Calls.All.Select(call => call.StatusCode), Is.EqualTo(new[] { 200, 500, 500, 500, 200 }));
    }

    [TestCase(FaultTiming.Before, 1)]
    [TestCase(FaultTiming.After, 2)]
    public async Task An_error_is_on_either_side_of_the_effect(FaultTiming timing, int mountTargets)
    {
        Aws.Faults.Add(new InjectedFault { Operation = "CreateMountTarget", Timing = timing, ErrorCode = "BadRequest" });

        var failed = await FailsAsync(() => Efs.CreateMountTargetAsync(
            new CreateMountTargetRequest { FileSystemId = Aws.Options.FileSystemId, SubnetId = Aws.State.Subnets[1].SubnetId }));

        Assert.That(failed, Is.True);
        Assert.That(Aws.State.MountTargets, Has.Count.EqualTo(mountTargets));
        Assert.That(Aws.Calls.WithEffect, Has.Count.EqualTo(mountTargets - 1));
        Assert.That(Aws.Calls.All.Single().ErrorCode, Is.EqualTo("BadRequest"));
    }

    [Test]
    public async Task Cleared_faults_are_gone()
    {
        Aws.Faults.Add(new InjectedFault { ErrorCode = "BadRequest", Times = int.MaxValue });
        Assert.That(await FailsAsync(() => Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId)), Is.True);

        Aws.Faults.Clear();

        Assert.That(await FailsAsync(() => Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId)), Is.False);
    }

    [Test]
    public async Task A_server_that_stops_cuts_the_calls_that_hang()
    {
        var server = await LocalAwsServer.StartAsync();
        server.Faults.Add(new InjectedFault { Kind = FaultKind.Delay, Timing = FaultTiming.After, Delay = Timeout.InfiniteTimeSpan });
        var config = server.Configure(new ElasticFileSystemConfig());
        config.MaxErrorRetry = 0;
        using var efs = new ElasticFileSystemClient(server.Credentials, config);
        var call = efs.CreateMountTargetAsync(
            new CreateMountTargetRequest { FileSystemId = server.Options.FileSystemId, SubnetId = server.State.Subnets[1].SubnetId });
        await using (server)
        {
            // A client that is cut off while it still connects fails in other ways.
            while (server.State.MountTargets.Count == 1)
            {
                await Task.Delay(5);
            }

            Assert.That(call.IsCompleted, Is.False);
        }

        Assert.That(await FailsAsync(() => call), Is.True);
    }

    private static async Task<bool> FailsAsync(Func<Task> call)
    {
        try
        {
            await call();
            return false;
        }
        catch (Exception e) when (e is Amazon.Runtime.AmazonServiceException or IOException or HttpRequestException)
        {
            return true;
        }
    }
}
