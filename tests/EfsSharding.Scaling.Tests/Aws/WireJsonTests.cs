using System.Text;
using System.Text.Json;
using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Aws.Operations;

namespace EfsSharding.Scaling.Tests.Aws;

/// <summary>Requests and replies as AWS's documentation shows them, and the sparse ones of its stand-ins.</summary>
public class WireJsonTests
{
    [Test]
    public void A_service_without_deployments_has_none()
    {
        var reply = JsonSerializer.Deserialize(
            """{"service":{"serviceArn":"a","serviceName":"n","status":"ACTIVE"}}""", EcsJsonContext.Default.UpdateServiceReply);

        Assert.That(reply!.Service.Deployments, Is.Empty);
    }

    [Test]
    public void An_ECS_reply_is_read_and_what_is_unknown_in_it_is_ignored()
    {
        var reply = JsonSerializer.Deserialize(
            """
            {"failures":[],"services":[{"clusterArn":"arn:aws:ecs:us-west-2:012345678910:cluster/telemetry","createdAt":1432829320.611,
              "deploymentConfiguration":{"maximumPercent":200},"deployments":[{"createdAt":1432829320.611,"desiredCount":4,
              "id":"ecs-svc/9223370604025455196","pendingCount":0,"runningCount":4,"status":"PRIMARY",
              "taskDefinition":"arn:aws:ecs:us-west-2:012345678910:task-definition/hpcc-t2-medium:1","updatedAt":1432829320.611}],
              "desiredCount":4,"events":[],"loadBalancers":[],"pendingCount":0,"runningCount":4,
              "serviceArn":"arn:aws:ecs:us-west-2:012345678910:service/bunker-buster","serviceName":"bunker-buster","status":"ACTIVE"}]}
            """,
            EcsJsonContext.Default.DescribeServicesReply);

        var deployment = reply!.Services!.Single().Deployments.Single();
        Assert.That(deployment.CreatedAt, Is.EqualTo(new DateTimeOffset(2015, 5, 28, 16, 8, 40, 611, TimeSpan.Zero)));
        Assert.That(deployment.RolloutState, Is.Null);
    }

    [Test]
    public void An_EFS_reply_is_read_and_what_is_unknown_in_it_is_ignored()
    {
        var page = JsonSerializer.Deserialize(
            """
            {"MountTargets":[{"OwnerId":"251839141158","MountTargetId":"fsmt-01234567","FileSystemId":"fs-01234567","SubnetId":"subnet-01234567",
              "LifeCycleState":"updating","IpAddress":"10.0.2.42","NetworkInterfaceId":"eni-1bcb7772","Future":{"a":[1]}}],"Marker":null}
            """,
            EfsJsonContext.Default.MountTargetPage);

        Assert.That(page!.NextMarker, Is.Null);
        Assert.That(page.MountTargets!.Single(), Is.EqualTo(new MountTargetDescription
        {
            OwnerId = "251839141158",
            MountTargetId = "fsmt-01234567",
            FileSystemId = "fs-01234567",
            SubnetId = "subnet-01234567",
            LifeCycleState = EfsLifeCycleState.Updating,
            IpAddress = "10.0.2.42",
            NetworkInterfaceId = "eni-1bcb7772",
        }));
    }

    [TestCase(null, "", """{"FileSystemId":"fs-1","SubnetId":"subnet-1"}""")]
    [TestCase("DUAL_STACK", "sg-1,sg-2", """{"FileSystemId":"fs-1","SubnetId":"subnet-1","SecurityGroups":["sg-1","sg-2"],"IpAddressType":"DUAL_STACK"}""")]
    public void CreateMountTarget_sends_only_what_is_set(string? type, string groups, string expected)
    {
        var operation = new CreateMountTarget(new CreateMountTargetRequest
        {
            FileSystemId = "fs-1",
            SubnetId = "subnet-1",
            SecurityGroups = groups.Split(',', StringSplitOptions.RemoveEmptyEntries),
            IpAddressType = type,
        });

        Assert.That(Encoding.UTF8.GetString(operation.Marshal().Content), Is.EqualTo(expected));
    }

    [Test]
    public void The_SDK_names_a_call_in_traces_and_metrics_as_AWS_does()
    {
        Assert.That(new DescribeFileSystems("fs-1").Marshal().RequestName, Is.EqualTo("DescribeFileSystems"));
        Assert.That(new UpdateService("c", "s", forceNewDeployment: true).Marshal().RequestName, Is.EqualTo("UpdateService"));
    }
}
