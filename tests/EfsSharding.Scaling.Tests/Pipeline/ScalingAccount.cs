using Amazon.EC2;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Scaling.Tests.Pipeline;

/// <summary>An AWS account behind HTTP with everything that a pipeline needs, and real SDK clients of it. The service was deployed an hour ago.</summary>
internal sealed class ScalingAccount : IAsyncDisposable
{
    public const string Parameter = "/efs-sharding/map";

    private readonly List<ServiceProvider> _providers = [];

    private ScalingAccount(LocalAwsServer aws, ImpatientClock clock)
    {
        Aws = aws;
        Clock = clock;
    }

    public LocalAwsServer Aws { get; }

    public ImpatientClock Clock { get; }

    public StatedCount Count { get; } = new();

    /// <summary>How far the clocks of the pipelines made from now on are ahead of AWS's.</summary>
    public TimeSpan ClockAhead { get; set; }

    public string FileSystemId => Aws.Options.FileSystemId;

    public ShardMap? PublishedMap => Aws.State.Parameter(Parameter) is { } parameter ? ShardMapCodec.Parse(parameter.Value, Parameter) : null;

    public IReadOnlyList<string> TargetIds => [.. Aws.State.MountTargets
        .Where(target => target.FileSystemId == FileSystemId)
        .Select(target => target.MountTargetId).Order(StringComparer.Ordinal)];

    public int Deployments => Aws.State.Service().Deployments.Count(deployment => deployment.CreatedAt > _start);

    private DateTimeOffset _start;

    public static async Task<ScalingAccount> StartAsync(Func<LocalAwsOptions, LocalAwsOptions>? change = null)
    {
        var clock = new ImpatientClock();
        var options = new LocalAwsOptions { TimeProvider = clock, MountTargetCreationTime = TimeSpan.FromSeconds(4) };
        var account = new ScalingAccount(await LocalAwsServer.StartAsync(change?.Invoke(options) ?? options), clock) { _start = clock.GetUtcNow() };
        clock.Advance(TimeSpan.FromHours(1));
        return account;
    }

    /// <summary>What happens once, right before the next write of a parameter reaches SSM.</summary>
    public Action? BeforeNextWrite { get; set; }

    /// <summary>A pipeline as a host has it, of a process of its own.</summary>
    public ScalingPipeline Pipeline(Action<EfsScalingOptions>? configure = null, int retries = 0)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new ShiftedClock(Clock, ClockAhead));
        services.AddSingleton<IFileCounter>(Count);
        services.AddSingleton<IElasticFileSystem>(_ => new ElasticFileSystemClient(Aws.Credentials, Configured(new ElasticFileSystemConfig(), retries)));
        services.AddSingleton<IElasticContainerService>(_ =>
            new ElasticContainerServiceClient(Aws.Credentials, Configured(new ElasticContainerServiceConfig(), retries)));
        services.AddSingleton<IAmazonEC2>(_ => new AmazonEC2Client(Aws.Credentials, Configured(new AmazonEC2Config(), retries)));
        services.AddSingleton<IAmazonSimpleSystemsManagement>(_ =>
        {
            var client = new AmazonSimpleSystemsManagementClient(Aws.Credentials, Configured(new AmazonSimpleSystemsManagementConfig(), retries));
            client.BeforeRequestEvent += (_, request) => WriteBefore(request);
            return client;
        });
        services.AddEfsShardingScaling(options =>
        {
            options.FileSystemId = FileSystemId;
            options.TargetDirectory = "/mnt/efs";
            options.ParameterName = Parameter;
            options.FileCountThreshold = 100;
            options.VpcId = Aws.Options.VpcId;
            options.ClusterName = Aws.Options.ClusterName;
            options.ServiceName = Aws.Options.ServiceName;
            foreach (var group in Aws.Options.SecurityGroups)
            {
                options.SecurityGroupIds.Add(group);
            }

            configure?.Invoke(options);
        });
        var provider = services.BuildServiceProvider();
        _providers.Add(provider);
        return provider.GetRequiredService<ScalingPipeline>();
    }

    public Task<ScalingReport> RunAsync(long files, Action<EfsScalingOptions>? configure = null)
    {
        Count.Files = files;
        return Pipeline(configure).RunAsync(new ScalingRunOptions());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _providers)
        {
            await provider.DisposeAsync();
        }

        await Aws.DisposeAsync();
    }

    private void WriteBefore(RequestEventArgs request)
    {
        if (request is WebServiceRequestEventArgs { Request: Amazon.SimpleSystemsManagement.Model.PutParameterRequest } && BeforeNextWrite is { } write)
        {
            BeforeNextWrite = null;
            write();
        }
    }

    private TConfig Configured<TConfig>(TConfig config, int retries)
        where TConfig : ClientConfig
    {
        config.MaxErrorRetry = retries;
        return Aws.Configure(config);
    }
}
