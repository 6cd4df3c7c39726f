using System.Net;
using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Tests.AwsModels;

/// <summary>Our own clients against the models' output and error shapes.</summary>
[TestFixture]
internal sealed class AwsModelsClientTests
{
    private const string Taken = "subnet-0000000000000000a";
    private const string Free = "subnet-0000000000000000b";

    private AwsModelsEndpoint _aws = null!;
    private ElasticFileSystemClient _efs = null!;
    private ElasticContainerServiceClient _ecs = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _aws = await AwsModelsEndpoint.StartAsync("""{"page_size": 1, "explicit_nulls": true, "mount_targets": ["subnet-0000000000000000a", "subnet-0000000000000000c"]}""");
        _efs = new ElasticFileSystemClient(AwsModelsEndpoint.Credentials, _aws.Configure(new ElasticFileSystemConfig()));
        _ecs = new ElasticContainerServiceClient(AwsModelsEndpoint.Credentials, _aws.Configure(new ElasticContainerServiceConfig()));
    }

    [TearDown]
    public async Task StopAsync()
    {
        _efs?.Dispose();
        _ecs?.Dispose();
        if (_aws is not null)
        {
            await _aws.DisposeAsync();
        }
    }

    [Test]
    public async Task A_mount_target_is_made_and_listed_over_several_pages()
    {
        var made = await _efs.CreateMountTargetAsync(new CreateMountTargetRequest { FileSystemId = AwsModelsEndpoint.FileSystemId, SubnetId = Free });
        var listed = await _efs.DescribeMountTargetsAsync(AwsModelsEndpoint.FileSystemId);

        Assert.That(made.LifeCycleState, Is.EqualTo("creating"));
        Assert.That(listed, Has.Count.EqualTo(3));
        Assert.That(listed.Single(target => target.MountTargetId == made.MountTargetId) with { LifeCycleState = "creating" }, Is.EqualTo(made));
        Assert.That((made.SubnetId, made.AvailabilityZoneName, made.AvailabilityZoneId, made.VpcId, made.IpAddress), Is.EqualTo(
            (Free, "eu-west-1b", "euw1-az2", AwsModelsEndpoint.VpcId, "10.0.1.4")));
        Assert.That((await _efs.DescribeFileSystemAsync(AwsModelsEndpoint.FileSystemId)).LifeCycleState, Is.EqualTo("available"));
    }

    [TestCase(AwsModelsEndpoint.FileSystemId, Taken, AwsModelsEndpoint.SecurityGroupId, EfsErrorCode.MountTargetConflict, HttpStatusCode.Conflict)]
    [TestCase("fs-00000000", Free, AwsModelsEndpoint.SecurityGroupId, EfsErrorCode.FileSystemNotFound, HttpStatusCode.NotFound)]
    [TestCase(AwsModelsEndpoint.FileSystemId, "subnet-00000000", AwsModelsEndpoint.SecurityGroupId, EfsErrorCode.SubnetNotFound, HttpStatusCode.BadRequest)]
    [TestCase(AwsModelsEndpoint.FileSystemId, Free, "sg-00000000", EfsErrorCode.SecurityGroupNotFound, HttpStatusCode.BadRequest)]
    [TestCase("not-an-id", Free, AwsModelsEndpoint.SecurityGroupId, EfsErrorCode.BadRequest, HttpStatusCode.BadRequest)]
    public async Task Errors_of_EFS_are_read(string fileSystem, string subnet, string group, string code, HttpStatusCode status)
    {
        var request = new CreateMountTargetRequest { FileSystemId = fileSystem, SubnetId = subnet, SecurityGroups = [group] };
        var error = await Assert.ThrowsAsync<ElasticFileSystemException>(() => _efs.CreateMountTargetAsync(request));

        Assert.That((error!.ErrorCode, error.StatusCode), Is.EqualTo((code, status)));
        Assert.That(error.RequestId, Has.Length.EqualTo(36));
        Assert.That(error.Message, Does.Not.Contain("no explanation"));
    }

    [Test]
    public async Task A_forced_deployment_becomes_the_primary_one_with_its_own_time()
    {
        var before = await _ecs.DescribeServiceAsync(AwsModelsEndpoint.ClusterName, AwsModelsEndpoint.ServiceName);
        var after = await _ecs.UpdateServiceAsync(AwsModelsEndpoint.ClusterName, AwsModelsEndpoint.ServiceName, forceNewDeployment: true);

        Assert.That(before.Deployments.Select(deployment => deployment.Status), Is.EqualTo(new[] { "PRIMARY" }));
        Assert.That(after.Deployments.Select(deployment => deployment.Status), Is.EqualTo(new[] { "PRIMARY", "ACTIVE" }));
        Assert.That(after.Deployments[1].CreatedAt, Is.EqualTo(before.Deployments[0].CreatedAt));
        Assert.That(after.Deployments[0].CreatedAt, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
        Assert.That((await _aws.CallsAsync()).Select(call => call.Error), Is.All.Null);
    }

    [TestCase("other", AwsModelsEndpoint.ServiceName, "ClusterNotFoundException")]
    [TestCase(AwsModelsEndpoint.ClusterName, "other", "ServiceNotFoundException")]
    public async Task Errors_of_ECS_are_read(string cluster, string service, string code)
    {
        var error = await Assert.ThrowsAsync<ElasticContainerServiceException>(
            () => _ecs.UpdateServiceAsync(cluster, service, forceNewDeployment: true));

        Assert.That((error!.ErrorCode, error.StatusCode), Is.EqualTo((code, HttpStatusCode.BadRequest)));
        Assert.That(error.RequestId, Has.Length.EqualTo(36));
        Assert.That(error.Message, Does.Contain("not found"));
    }

    [Test]
    public async Task A_service_that_is_not_there_is_missing()
    {
        var error = await Assert.ThrowsAsync<ElasticContainerServiceException>(
            () => _ecs.DescribeServiceAsync(AwsModelsEndpoint.ClusterName, "other"));

        Assert.That(error!.ErrorCode, Is.EqualTo("MISSING"));
    }
}
