using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Tests.Aws;

/// <summary>What comes from something between the client and AWS.</summary>
public class ForeignAnswerTests : LocalAwsFixture
{
    [Test]
    public async Task A_page_of_HTML_with_an_error_status_is_an_error_known_by_its_status()
    {
        Aws.Faults.Add(new InjectedFault { Kind = FaultKind.Html, StatusCode = 403 });

        var error = await Assert.ThrowsAsync<ElasticFileSystemException>(() => Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId));

        Assert.That(error!.ErrorCode, Is.EqualTo("Forbidden"));
        Assert.That(error.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task A_bad_gateway_is_retried()
    {
        Aws.Faults.Add(new InjectedFault { Kind = FaultKind.Html, Attempts = 1 });

        await Ecs.DescribeServiceAsync(Aws.Options.ClusterName, Aws.Options.ServiceName);

        Assert.That(Aws.Calls.All.Select(call => call.StatusCode), Is.EqualTo(new[] { 502, 200 }));
    }

    [Test]
    public async Task A_page_of_HTML_with_status_200_is_told_as_what_it_is()
    {
        Aws.Faults.Add(new InjectedFault { Kind = FaultKind.Html, StatusCode = 200 });

        var error = await Assert.ThrowsAsync<AmazonUnmarshallingException>(() => Efs.DescribeFileSystemAsync(Aws.Options.FileSystemId));

        Assert.That(error!.InnerException, Is.InstanceOf<JsonException>());
    }

    [Test]
    public async Task A_page_marker_that_leads_back_to_itself_does_not_go_on_for_ever()
    {
        using var efs = ClientOf("""{"MountTargets":[],"NextMarker":"again"}""");

        var error = await Assert.ThrowsAsync<AmazonClientException>(() => efs.DescribeMountTargetsAsync("fs-1"));

        Assert.That(error!.Message, Does.Contain("again"));
    }

    [Test]
    public async Task An_empty_list_of_file_systems_is_FileSystemNotFound()
    {
        using var efs = ClientOf("""{"FileSystems":[]}""");

        var error = await Assert.ThrowsAsync<ElasticFileSystemException>(() => efs.DescribeFileSystemAsync("fs-1"));

        Assert.That(error!.ErrorCode, Is.EqualTo(EfsErrorCode.FileSystemNotFound));
    }

    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("")]
    public async Task A_mount_target_without_an_id_is_no_answer(string json)
    {
        using var efs = ClientOf(json);

        await Assert.ThrowsAsync<AmazonUnmarshallingException>(
            () => efs.CreateMountTargetAsync(new CreateMountTargetRequest { FileSystemId = "fs-1", SubnetId = "subnet-1" }));
    }

    private ElasticFileSystemClient ClientOf(string json)
    {
        var config = Aws.Configure(new ElasticFileSystemConfig());
        config.HttpClientFactory = new CannedReplies(json);
        return new ElasticFileSystemClient(Aws.Credentials, config);
    }
}
