using Amazon.EC2;
using Amazon.SimpleSystemsManagement;
using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Tests.Aws;

/// <summary>Gives each test an account of its own, behind HTTP, and real SDK clients of it.</summary>
public abstract class LocalAwsFixture
{
    protected LocalAwsServer Aws { get; private set; } = null!;

    protected ElasticFileSystemClient Efs { get; private set; } = null!;

    protected ElasticContainerServiceClient Ecs { get; private set; } = null!;

    protected AmazonEC2Client Ec2 { get; private set; } = null!;

    protected AmazonSimpleSystemsManagementClient Ssm { get; private set; } = null!;

    protected virtual LocalAwsOptions Options => new();

    [SetUp]
    public async Task StartAsync()
    {
        Aws = await LocalAwsServer.StartAsync(Options);
        Efs = new ElasticFileSystemClient(Aws.Credentials, Aws.Configure(new ElasticFileSystemConfig()));
        Ecs = new ElasticContainerServiceClient(Aws.Credentials, Aws.Configure(new ElasticContainerServiceConfig()));
        Ec2 = new AmazonEC2Client(Aws.Credentials, Aws.Configure(new AmazonEC2Config()));
        Ssm = new AmazonSimpleSystemsManagementClient(Aws.Credentials, Aws.Configure(new AmazonSimpleSystemsManagementConfig()));
    }

    [TearDown]
    public async Task StopAsync()
    {
        Efs.Dispose();
        Ecs.Dispose();
        Ec2.Dispose();
        Ssm.Dispose();
        await Aws.DisposeAsync();
    }
}
