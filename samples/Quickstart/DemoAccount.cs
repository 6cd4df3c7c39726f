using Amazon.EC2;
using Amazon.SimpleSystemsManagement;
using EfsSharding;
using EfsSharding.LocalAws;
using EfsSharding.Scaling;
using EfsSharding.Scaling.Aws;
using Microsoft.Extensions.DependencyInjection;

namespace Quickstart;

/// <summary>An AWS account on a loopback port, a temporary directory for its file system, and the two packages set up for them.</summary>
internal sealed class DemoAccount : IAsyncDisposable
{
    private const string ParameterName = "/efs-sharding/map";
    private const int AvailabilityZones = 4;
    private const int MountTargets = 3;

    private readonly LocalAwsServer _aws;
    private readonly ScratchDirectory _root;
    private readonly ServiceProvider _services;

    private DemoAccount(LocalAwsServer aws, ScratchDirectory root, int files)
    {
        _aws = aws;
        _root = root;
        var services = new ServiceCollection();

        // Against real AWS these four lines go: the packages make their own clients.
        services.AddSingleton<IAmazonSimpleSystemsManagement>(new AmazonSimpleSystemsManagementClient(aws.Credentials, aws.Configure(new AmazonSimpleSystemsManagementConfig())));
        services.AddSingleton<IAmazonEC2>(new AmazonEC2Client(aws.Credentials, aws.Configure(new AmazonEC2Config())));
        services.AddSingleton<IElasticFileSystem>(new ElasticFileSystemClient(aws.Credentials, aws.Configure(new ElasticFileSystemConfig())));
        services.AddSingleton<IElasticContainerService>(new ElasticContainerServiceClient(aws.Credentials, aws.Configure(new ElasticContainerServiceConfig())));

        services
            .AddEfsSharding(options =>
            {
                options.ParameterName = ParameterName;
                options.RefreshInterval = TimeSpan.FromMilliseconds(100);
            })
            .UseLocalDirectories(root.FullName);
        services.AddEfsShardingScaling(options =>
        {
            options.FileSystemId = aws.Options.FileSystemId;
            options.TargetDirectory = FileSystemDirectory;
            options.RequireMount = false;
            options.ParameterName = ParameterName;

            // So many for each mount target that the last file passes the threshold.
            options.FileCountThreshold = (files - 1) / MountTargets;
            options.ClusterName = aws.Options.ClusterName;
            options.ServiceName = aws.Options.ServiceName;
        });
        _services = services.BuildServiceProvider();
    }

    public IShardedFileStore Store => _services.GetRequiredService<IShardedFileStore>();

    public ScalingPipeline Pipeline => _services.GetRequiredService<ScalingPipeline>();

    public string Endpoint => _aws.Endpoint;

    private string FileSystemDirectory => Path.Combine(_root.FullName, _aws.Options.FileSystemId);

    public static async Task<DemoAccount> StartAsync(int files, CancellationToken cancellationToken)
    {
        var root = ScratchDirectory.Create();
        try
        {
            return await StartAsync(root, files, cancellationToken);
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _services.DisposeAsync();
            await _aws.DisposeAsync();
        }
        finally
        {
            _root.Dispose();
        }
    }

    private static async Task<DemoAccount> StartAsync(ScratchDirectory root, int files, CancellationToken cancellationToken)
    {
        var aws = await LocalAwsServer.StartAsync(
            new LocalAwsOptions
            {
                AvailabilityZones = AvailabilityZones,
                MountTargets = MountTargets,
                MountTargetCreationTime = TimeSpan.FromSeconds(1),
            },
            cancellationToken);
        var account = new DemoAccount(aws, root, files);
        Directory.CreateDirectory(account.FileSystemDirectory);
        return account;
    }
}
