using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using EfsSharding.Discovery;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace EfsSharding.Tests.Discovery;

internal sealed class SsmShardMapSourceTests
{
    private static readonly object[] Failures =
    [
        new object[] { "missing", "Publish the map" },
        new object[] { "denied", "ssm:GetParameter" },
        new object[] { "expired", "Renew the AWS credentials" },
        new object[] { "no credentials", "credentials" },
        new object[] { "no SSM", "endpoint of the VPC" },
        new object[] { "SDK gave up", "endpoint of the VPC" },
        new object[] { "no region", "AWS_REGION" },
        new object[] { "broken", "not the JSON of a shard map" },
        new object[] { "empty", "not the JSON of a shard map" },
        new object[] { "empty map", "at least one mount target" },
    ];

    [TestCaseSource(nameof(Failures))]
    public async Task A_parameter_that_cannot_be_read_is_one_clear_message(string failure, string advice)
    {
        var source = new SsmShardMapSource(() => Client(failure), "/efs/map");

        await Assert.ThatAsync(() => source.ReadAsync(CancellationToken.None), Throws.Exception
            .With.Message.Contains("'/efs/map'").And.Message.Contains(advice).And.Message.Not.Contains(Environment.NewLine));
    }

    [Test]
    public async Task A_region_that_is_long_looked_for_blocks_no_caller_and_no_thread_of_the_pool()
    {
        using var found = new ManualResetEventSlim();
        using var givenUp = new CancellationTokenSource();
        var onPool = true;
        var source = new SsmShardMapSource(
            () =>
            {
                onPool = Thread.CurrentThread.IsThreadPoolThread;
                found.Wait();
                return Client("no region");
            },
            "/efs/map");

        var read = source.ReadAsync(givenUp.Token);
        await givenUp.CancelAsync();

        Assert.That(async () => await read, Throws.InstanceOf<OperationCanceledException>());
        found.Set();
        Assert.That(async () => await source.ReadAsync(CancellationToken.None), Throws.InstanceOf<IOException>());
        Assert.That(onPool, Is.False);
    }

    [TestCaseSource(nameof(Failures))]
    public async Task Default_targets_serve_when_the_parameter_cannot_be_read(string failure, string advice)
    {
        var root = Directory.CreateTempSubdirectory("efs-sharding-tests-").FullName;
        await using (var services = new ServiceCollection()
            .AddSingleton(_ => Client(failure))
            .AddEfsSharding(o =>
            {
                o.ParameterName = "/efs/map";
                o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1" });
            })
            .UseLocalDirectories(root).Services.BuildServiceProvider())
        {
            Assert.That(await services.GetRequiredService<IShardedFileStore>().ExistsAsync("file"), Is.False, advice);
        }

        Directory.Delete(root, recursive: true);
    }

    private static IAmazonSimpleSystemsManagement Client(string failure)
    {
        if (failure == "no region")
        {
            throw new AmazonClientException("No RegionEndpoint or ServiceURL configured");
        }

        var ssm = Substitute.For<IAmazonSimpleSystemsManagement>();
        var call = ssm.GetParameterAsync(Arg.Any<GetParameterRequest>(), Arg.Any<CancellationToken>());
        _ = failure switch
        {
            "missing" => call.ThrowsAsync(new ParameterNotFoundException("Parameter /efs/map not found.")),
            "denied" => call.ThrowsAsync(new AmazonSimpleSystemsManagementException("not authorized") { ErrorCode = "AccessDeniedException" }),
            "expired" => call.ThrowsAsync(new AmazonSimpleSystemsManagementException("The token is expired") { ErrorCode = "ExpiredTokenException" }),
            "no credentials" => call.ThrowsAsync(new AmazonClientException("Failed to resolve AWS credentials.")),
            "no SSM" => call.ThrowsAsync(new HttpRequestException("Name or service not known")),
            "SDK gave up" => call.ThrowsAsync(new TaskCanceledException("A task was canceled.")),
            "broken" => call.Returns(Value("{")),
            "empty" => call.Returns(Value("")),
            _ => call.Returns(Value("""{ "mount_targets": [] }""")),
        };
        return ssm;
    }

    private static Task<GetParameterResponse> Value(string value) => Task.FromResult(new GetParameterResponse { Parameter = new Parameter { Value = value } });
}
