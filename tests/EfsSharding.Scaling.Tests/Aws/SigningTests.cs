using System.Net;
using Amazon.Runtime;
using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Scaling.Tests.Aws;

public class SigningTests : LocalAwsFixture
{
    [Test]
    public async Task Another_secret_makes_another_signature()
    {
        using var efs = new ElasticFileSystemClient(
            new BasicAWSCredentials(Aws.Options.AccessKeyId, "wrong"), Aws.Configure(new ElasticFileSystemConfig()));

        var error = await Assert.ThrowsAsync<ElasticFileSystemException>(() => efs.DescribeFileSystemAsync(Aws.Options.FileSystemId));

        Assert.That(error!.ErrorCode, Is.EqualTo("InvalidSignatureException"));
        Assert.That(error.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Another_key_is_refused()
    {
        using var ecs = new ElasticContainerServiceClient(
            new BasicAWSCredentials("wrong", Aws.Options.SecretAccessKey), Aws.Configure(new ElasticContainerServiceConfig()));

        var error = await Assert.ThrowsAsync<ElasticContainerServiceException>(() => ecs.DescribeServiceAsync("c", "s"));

        Assert.That(error!.ErrorCode, Is.EqualTo("UnrecognizedClientException"));
    }

    [TestCase("fs/../x y?ü=&%41+~")]
    [TestCase("日本")]
    public async Task Every_character_of_a_parameter_is_signed_as_it_is_sent(string fileSystemId)
    {
        Aws.State.AddFileSystem(fileSystemId);

        var fileSystem = await Efs.DescribeFileSystemAsync(fileSystemId);

        Assert.That(fileSystem.FileSystemId, Is.EqualTo(fileSystemId));
    }

    [Test]
    public async Task A_clock_that_is_off_is_corrected_by_the_SDK()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow.AddHours(3));
        await using var ahead = await LocalAwsServer.StartAsync(new LocalAwsOptions { TimeProvider = clock, RejectSkewedClocks = true });
        using var efs = new ElasticFileSystemClient(ahead.Credentials, ahead.Configure(new ElasticFileSystemConfig()));

        var targets = await efs.DescribeMountTargetsAsync(ahead.Options.FileSystemId);

        Assert.That(targets, Has.Count.EqualTo(1));
        Assert.That(ahead.Calls.All.Select(call => call.StatusCode), Is.EqualTo(new[] { 403, 200 }));
    }
}
