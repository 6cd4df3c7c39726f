using EfsSharding.LocalAws;

namespace EfsSharding.TestSupport.Samples;

/// <summary>An account and a directory of files for the built ScalerLambda.</summary>
public abstract class ScalerLambdaFixture
{
    private protected const string ParameterName = "/efs-sharding/map";

    private protected LocalAwsServer Aws { get; private set; } = null!;

    private protected DirectoryInfo Files { get; private set; } = null!;

    private protected virtual LocalAwsOptions Options => new();

    private protected Dictionary<string, string> Variables => new(Aws.EnvironmentVariables, StringComparer.Ordinal)
    {
        ["EFS_FILE_SYSTEM_ID"] = Aws.Options.FileSystemId,
        ["TARGET_DIRECTORY"] = Files.FullName,
        ["FILE_COUNT_THRESHOLD"] = "10",
        ["SSM_PARAMETER_NAME"] = ParameterName,
        ["ECS_CLUSTER_NAME"] = Aws.Options.ClusterName,
        ["ECS_SERVICE_NAME"] = Aws.Options.ServiceName,
        ["VPC_ID"] = Aws.Options.VpcId,
        ["SECURITY_GROUP_ID"] = string.Join(',', Aws.Options.SecurityGroups),
    };

    [SetUp]
    public async Task StartAsync()
    {
        Aws = await LocalAwsServer.StartAsync(Options);
        Files = Directory.CreateTempSubdirectory("efs-sharding-test-");
        WriteFiles(15);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await Aws.DisposeAsync();
        if (Directory.Exists(Files.FullName))
        {
            Files.Delete(recursive: true);
        }
    }

    private protected void WriteFiles(int count)
    {
        for (var number = 0; number < count; number++)
        {
            File.WriteAllText(Path.Combine(Files.FullName, $"{number}.txt"), "x");
        }
    }
}
