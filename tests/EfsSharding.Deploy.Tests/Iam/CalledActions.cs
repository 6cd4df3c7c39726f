using Amazon.EC2;
using Amazon.SimpleSystemsManagement;
using EfsSharding.LocalAws;
using EfsSharding.Scaling;
using EfsSharding.Scaling.Aws;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Deploy.Tests.Iam;

/// <summary>What the code asks of AWS, from the log of an account that it ran against.</summary>
internal sealed record CalledActions(IReadOnlySet<string> Scaler, IReadOnlySet<string> Worker)
{
    private const string ParameterName = "/efs-sharding/map";
    private static readonly Lazy<Task<CalledActions>> Run = new(RunAsync);

    public static Task<CalledActions> GetAsync() => Run.Value;

    /// <summary>One run that counts, adds a mount target, publishes and rolls out, and a store that reads the map.</summary>
    private static async Task<CalledActions> RunAsync()
    {
        await using var aws = await LocalAwsServer.StartAsync(new LocalAwsOptions());
        var root = Directory.CreateTempSubdirectory("efs-sharding-test-");
        try
        {
            await using var services = Services(aws, root.FullName);
            var report = await services.GetRequiredService<ScalingPipeline>().RunAsync(new ScalingRunOptions());
            Assert.That(report.Error, Is.Null);
            Assert.That((report.NewMountTargetCreated, report.Published, report.DeploymentTriggered), Is.EqualTo((true, true, true)), "the run did not do all that it can");
            var scaler = Actions(aws.Calls);

            aws.Calls.Clear();
            var store = services.GetRequiredService<IShardedFileStore>();
            await store.WriteAllBytesAsync("a", new byte[] { 1 });
            return new CalledActions(scaler, Actions(aws.Calls));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static ServiceProvider Services(LocalAwsServer aws, string root)
    {
        var files = Directory.CreateDirectory(Path.Combine(root, aws.Options.FileSystemId)).FullName;
        File.WriteAllText(Path.Combine(files, "file"), "x");
        var services = new ServiceCollection();
        services.AddSingleton<IAmazonSimpleSystemsManagement>(new AmazonSimpleSystemsManagementClient(aws.Credentials, aws.Configure(new AmazonSimpleSystemsManagementConfig())));
        services.AddSingleton<IAmazonEC2>(new AmazonEC2Client(aws.Credentials, aws.Configure(new AmazonEC2Config())));
        services.AddSingleton<IElasticFileSystem>(new ElasticFileSystemClient(aws.Credentials, aws.Configure(new ElasticFileSystemConfig())));
        services.AddSingleton<IElasticContainerService>(new ElasticContainerServiceClient(aws.Credentials, aws.Configure(new ElasticContainerServiceConfig())));
        services.AddEfsSharding(options => options.ParameterName = ParameterName).UseLocalDirectories(root);
        services.AddEfsShardingScaling(options =>
        {
            options.FileSystemId = aws.Options.FileSystemId;
            options.TargetDirectory = files;
            options.ParameterName = ParameterName;
            options.FileCountThreshold = 0;
            options.VpcId = aws.Options.VpcId;
            options.ClusterName = aws.Options.ClusterName;
            options.ServiceName = aws.Options.ServiceName;
        });
        return services.BuildServiceProvider();
    }

    private static HashSet<string> Actions(CallLog calls) =>
        [.. calls.All.Select(call => $"{(call.Service == "efs" ? "elasticfilesystem" : call.Service)}:{call.Operation}")];
}
