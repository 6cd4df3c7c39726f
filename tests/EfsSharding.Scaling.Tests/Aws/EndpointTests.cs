using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.SimpleSystemsManagement;
using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Tests.Aws;

[NonParallelizable]
public class EndpointTests
{
    private static readonly string[] Variables =
        ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EFS", "AWS_ENDPOINT_URL_ECS", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

    private readonly Dictionary<string, string?> _before = [];

    [SetUp]
    public void RememberEnvironment()
    {
        foreach (var name in Variables)
        {
            _before[name] = Environment.GetEnvironmentVariable(name);
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [TearDown]
    public void RestoreEnvironment()
    {
        foreach (var (name, value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    [TestCase("us-east-1", false, false, "https://elasticfilesystem.us-east-1.amazonaws.com", "https://ecs.us-east-1.amazonaws.com")]
    [TestCase("ap-northeast-1", true, false, "https://elasticfilesystem-fips.ap-northeast-1.amazonaws.com", "https://ecs-fips.ap-northeast-1.amazonaws.com")]
    [TestCase("eu-west-3", false, true, "https://efs.eu-west-3.api.aws", "https://ecs.eu-west-3.api.aws")]
    [TestCase("us-west-2", true, true, "https://efs-fips.us-west-2.api.aws", "https://ecs-fips.us-west-2.api.aws")]
    [TestCase("cn-north-1", false, false, "https://elasticfilesystem.cn-north-1.amazonaws.com.cn", "https://ecs.cn-north-1.amazonaws.com.cn")]
    [TestCase("cn-northwest-1", false, true, "https://efs.cn-northwest-1.api.amazonwebservices.com.cn", "https://ecs.cn-northwest-1.api.amazonwebservices.com.cn")]
    [TestCase("us-gov-west-1", false, false, "https://elasticfilesystem.us-gov-west-1.amazonaws.com", "https://ecs.us-gov-west-1.amazonaws.com")]
    [TestCase("us-gov-east-1", true, false, "https://elasticfilesystem-fips.us-gov-east-1.amazonaws.com", "https://ecs-fips.us-gov-east-1.amazonaws.com")]
    [TestCase("us-iso-east-1", false, false, "https://elasticfilesystem.us-iso-east-1.c2s.ic.gov", "https://ecs.us-iso-east-1.c2s.ic.gov")]
    [TestCase("us-isob-east-1", false, false, "https://elasticfilesystem.us-isob-east-1.sc2s.sgov.gov", "https://ecs.us-isob-east-1.sc2s.sgov.gov")]
    [TestCase("eusc-de-east-1", false, false, "https://elasticfilesystem.eusc-de-east-1.amazonaws.eu", "https://ecs.eusc-de-east-1.amazonaws.eu")]
    [TestCase("xx-north-9", false, false, "https://elasticfilesystem.xx-north-9.amazonaws.com", "https://ecs.xx-north-9.amazonaws.com")]
    public void A_Region_of_any_partition_has_its_endpoints(string region, bool fips, bool dualStack, string efs, string ecs)
    {
        var endpoint = RegionEndpoint.GetBySystemName(region);

        Assert.That(UrlOf(new ElasticFileSystemConfig { RegionEndpoint = endpoint, UseFIPSEndpoint = fips, UseDualstackEndpoint = dualStack }), Is.EqualTo(efs));
        Assert.That(UrlOf(new ElasticContainerServiceConfig { RegionEndpoint = endpoint, UseFIPSEndpoint = fips, UseDualstackEndpoint = dualStack }), Is.EqualTo(ecs));
    }

    [Test]
    public void Every_Region_that_the_SDK_knows_has_the_suffix_that_the_SDKs_own_clients_use()
    {
        foreach (var region in RegionEndpoint.EnumerableAllRegions)
        {
            var ssm = UrlOf(new AmazonSimpleSystemsManagementConfig { RegionEndpoint = region });
            Assert.That(
                UrlOf(new ElasticContainerServiceConfig { RegionEndpoint = region }),
                Is.EqualTo(ssm.Replace("https://ssm.", "https://ecs.", StringComparison.Ordinal)));
        }
    }

    [Test]
    public void The_Region_comes_from_AWS_REGION()
    {
        Environment.SetEnvironmentVariable("AWS_REGION", "eu-central-1");

        Assert.That(UrlOf(new ElasticFileSystemConfig()), Is.EqualTo("https://elasticfilesystem.eu-central-1.amazonaws.com"));
    }

    [Test]
    public void AWS_ENDPOINT_URL_is_for_both_and_the_services_own_variable_is_stronger()
    {
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_EFS", "http://127.0.0.1:2");

        Assert.That(UrlOf(new ElasticFileSystemConfig()), Is.EqualTo("http://127.0.0.1:2"));
        Assert.That(UrlOf(new ElasticContainerServiceConfig()), Is.EqualTo("http://127.0.0.1:1"));
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_ECS", "http://127.0.0.1:3");
        Assert.That(UrlOf(new ElasticContainerServiceConfig()), Is.EqualTo("http://127.0.0.1:3"));
    }

    [Test]
    public void ServiceURL_is_stronger_than_the_variables_and_IgnoreConfiguredEndpointUrls_ignores_them()
    {
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
        Environment.SetEnvironmentVariable("AWS_REGION", "eu-central-1");

        Assert.That(UrlOf(new ElasticFileSystemConfig { ServiceURL = "http://127.0.0.1:9" }), Is.EqualTo("http://127.0.0.1:9"));
        Assert.That(
            UrlOf(new ElasticFileSystemConfig { IgnoreConfiguredEndpointUrls = true }),
            Is.EqualTo("https://elasticfilesystem.eu-central-1.amazonaws.com"));
    }

    [Test]
    public void A_configured_endpoint_goes_with_neither_FIPS_nor_dual_stack() => Assert.That(
        () => UrlOf(new ElasticFileSystemConfig { ServiceURL = "http://127.0.0.1:9", UseFIPSEndpoint = true }),
        Throws.InstanceOf<AmazonClientException>().With.Message.Contains("http://127.0.0.1:9"));

    [Test]
    public async Task The_environment_variables_that_LocalAws_prints_are_all_that_the_clients_need()
    {
        await using var aws = await LocalAwsServer.StartAsync(new LocalAwsOptions { Region = "eu-west-1" });
        foreach (var (name, value) in aws.EnvironmentVariables)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        using var efs = new ElasticFileSystemClient(new ElasticFileSystemConfig());
        using var ecs = new ElasticContainerServiceClient(new ElasticContainerServiceConfig());

        Assert.That(await efs.DescribeMountTargetsAsync(aws.Options.FileSystemId), Has.Count.EqualTo(1));
        Assert.That((await ecs.DescribeServiceAsync(aws.Options.ClusterName, aws.Options.ServiceName)).Status, Is.EqualTo("ACTIVE"));
    }

    private static string UrlOf(ClientConfig config) =>
        config.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(new AnyRequest())).URL.TrimEnd('/');

    private sealed class AnyRequest : AmazonWebServiceRequest;
}
