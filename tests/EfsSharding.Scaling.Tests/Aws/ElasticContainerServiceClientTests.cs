using System.Net;
using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Scaling.Tests.Aws;

public class ElasticContainerServiceClientTests : LocalAwsFixture
{
    private string Cluster => Aws.Options.ClusterName;

    private string Service => Aws.Options.ServiceName;

    [Test]
    public async Task DescribeService_reads_the_service_and_its_deployment()
    {
        var deployedAt = new DateTimeOffset(2026, 5, 6, 7, 8, 9, 125, TimeSpan.Zero);
        var made = Aws.State.AddService("blue", "worker", desiredCount: 4, deployedAt);

        var service = await Ecs.DescribeServiceAsync("blue", "worker");

        Assert.That(service.ServiceName, Is.EqualTo("worker"));
        Assert.That(service.ServiceArn, Is.EqualTo("arn:aws:ecs:ap-northeast-1:000000000000:service/blue/worker"));
        Assert.That(service.Status, Is.EqualTo("ACTIVE"));
        Assert.That((service.DesiredCount, service.RunningCount, service.PendingCount), Is.EqualTo((4, 4, 0)));
        var deployment = service.Deployments.Single();
        Assert.That(deployment.Id, Is.EqualTo(made.Deployments[0].Id));
        Assert.That(deployment.Status, Is.EqualTo(DeploymentStatus.Primary));
        Assert.That(deployment.CreatedAt, Is.EqualTo(deployedAt));
        Assert.That(deployment.UpdatedAt, Is.EqualTo(deployedAt));
        Assert.That(deployment.RolloutState, Is.EqualTo("COMPLETED"));
        Assert.That(deployment.RolloutStateReason, Does.Contain("completed"));
        Assert.That(deployment.TaskDefinition, Does.EndWith("task-definition/worker:1"));
        Assert.That((deployment.DesiredCount, deployment.RunningCount, deployment.PendingCount, deployment.FailedTasks), Is.EqualTo((4, 4, 0, 0)));
    }

    [Test]
    public async Task Clusters_and_services_may_be_named_by_ARN()
    {
        var service = await Ecs.DescribeServiceAsync(
            $"arn:aws:ecs:ap-northeast-1:000000000000:cluster/{Cluster}",
            $"arn:aws:ecs:ap-northeast-1:000000000000:service/{Cluster}/{Service}");

        Assert.That(service.ServiceName, Is.EqualTo(Service));
    }

    [Test]
    public async Task UpdateService_that_forces_makes_a_new_primary_deployment()
    {
        var before = await Ecs.DescribeServiceAsync(Cluster, Service);

        var updated = await Ecs.UpdateServiceAsync(Cluster, Service, forceNewDeployment: true);

        Assert.That(updated.Deployments[0].Status, Is.EqualTo(DeploymentStatus.Primary));
        Assert.That(updated.Deployments[0].Id, Is.Not.EqualTo(before.Deployments[0].Id));
        Assert.That(updated.Deployments[0].CreatedAt, Is.GreaterThan(before.Deployments[0].CreatedAt));
        Assert.That(Aws.Calls.WithEffect.Single().Operation, Is.EqualTo("UpdateService"));
    }

    [Test]
    public async Task UpdateService_that_does_not_force_deploys_nothing()
    {
        var before = await Ecs.DescribeServiceAsync(Cluster, Service);

        var updated = await Ecs.UpdateServiceAsync(Cluster, Service, forceNewDeployment: false);

        Assert.That(updated.Deployments, Is.EqualTo(before.Deployments));
        Assert.That(Aws.Calls.WithEffect, Is.Empty);
    }

    [Test]
    public async Task A_deployment_is_in_progress_beside_the_one_that_it_replaces()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var slow = await LocalAwsServer.StartAsync(
            new LocalAwsOptions { TimeProvider = clock, DeploymentTime = TimeSpan.FromMinutes(3) });
        using var ecs = new ElasticContainerServiceClient(slow.Credentials, slow.Configure(new ElasticContainerServiceConfig()));

        var during = await ecs.UpdateServiceAsync(slow.Options.ClusterName, slow.Options.ServiceName, forceNewDeployment: true);
        clock.Advance(TimeSpan.FromMinutes(3));
        var after = await ecs.DescribeServiceAsync(slow.Options.ClusterName, slow.Options.ServiceName);

        Assert.That(during.Deployments.Select(d => (d.Status, d.RolloutState)), Is.EqualTo(new[]
        {
            (DeploymentStatus.Primary, "IN_PROGRESS"),
            (DeploymentStatus.Active, "COMPLETED"),
        }));
        Assert.That(after.Deployments.Select(d => (d.Status, d.RolloutState)), Is.EqualTo(new[] { (DeploymentStatus.Primary, "COMPLETED") }));
        Assert.That(after.Deployments[0].Id, Is.EqualTo(during.Deployments[0].Id));
    }

    [Test]
    public async Task DescribeService_of_none_is_MISSING()
    {
        var error = await Assert.ThrowsAsync<ElasticContainerServiceException>(() => Ecs.DescribeServiceAsync(Cluster, "none"));

        Assert.That(error!.ErrorCode, Is.EqualTo(EcsErrorCode.Missing));
        Assert.That(error.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(error.Message, Does.Contain("none").And.Contain(Cluster));
    }

    [Test]
    public Task UpdateService_of_none_is_ServiceNotFound() =>
        Refused(EcsErrorCode.ServiceNotFound, () => Ecs.UpdateServiceAsync(Cluster, "none", forceNewDeployment: true));

    [Test]
    public async Task UpdateService_of_a_draining_service_is_ServiceNotActive()
    {
        Aws.State.SetServiceStatus(Cluster, Service, "DRAINING");
        await Refused(EcsErrorCode.ServiceNotActive, () => Ecs.UpdateServiceAsync(Cluster, Service, forceNewDeployment: true));
    }

    [Test]
    public async Task An_unknown_cluster_is_ClusterNotFound()
    {
        await Refused(EcsErrorCode.ClusterNotFound, () => Ecs.DescribeServiceAsync("none", Service));
        await Refused(EcsErrorCode.ClusterNotFound, () => Ecs.UpdateServiceAsync("none", Service, forceNewDeployment: true));
    }

    [TestCase(EcsErrorCode.AccessDenied)]
    [TestCase(EcsErrorCode.Client)]
    [TestCase(EcsErrorCode.InvalidParameter)]
    [TestCase(EcsErrorCode.ServiceNotActive)]
    public async Task An_error_arrives_with_all_that_it_says(string code)
    {
        Aws.Faults.Add(new InjectedFault { Service = "ecs", ErrorCode = code, Message = "in ECS's words" });

        var error = await Assert.ThrowsAsync<ElasticContainerServiceException>(() => Ecs.UpdateServiceAsync(Cluster, Service, forceNewDeployment: true));

        Assert.That(error!.ErrorCode, Is.EqualTo(code));
        Assert.That(error.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(error.RequestId, Is.EqualTo(Aws.Calls.All.Single().RequestId));
        Assert.That(error.Message, Is.EqualTo($"ECS UpdateService of service {Service} in cluster {Cluster} failed with {code} (HTTP 400): in ECS's words"));
        Assert.That(Aws.State.Service().Deployments, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Arguments_are_needed()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Ecs.DescribeServiceAsync("", Service));
        await Assert.ThrowsAsync<ArgumentException>(() => Ecs.DescribeServiceAsync(Cluster, ""));
        await Assert.ThrowsAsync<ArgumentException>(() => Ecs.UpdateServiceAsync("", Service, forceNewDeployment: true));
        await Assert.ThrowsAsync<ArgumentException>(() => Ecs.UpdateServiceAsync(Cluster, "", forceNewDeployment: true));
    }

    private static async Task Refused(string code, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<ElasticContainerServiceException>(call);
        Assert.That(error!.ErrorCode, Is.EqualTo(code));
        Assert.That(error.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }
}
