using EfsSharding.LocalAws;
using EfsSharding.TestSupport.Samples;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>The Worker learns from ECS or EC2 which zone it runs in, and asks the mount target there first.</summary>
internal sealed class WorkerZoneTests
{
    private const string ParameterName = "/efs-sharding/map";

    [TestCase("ecs", "eu-west-1b", "fsmt-1")]
    [TestCase("ec2", "eu-west-1c", "fsmt-2")]
    [TestCase("option", "euw1-az0", "fsmt-0")]
    [Platform(Exclude = "Win")]
    public async Task The_mount_target_of_its_own_zone_goes_first(string place, string zone, string mountTargetId)
    {
        await using var aws = await LocalAwsServer.StartAsync(new LocalAwsOptions());
        aws.State.PutParameter(ParameterName, ShardMapCodec.Serialize(Map()));
        await using var metadata = await MetadataStandIn.StartAsync(zone);
        var root = Directory.CreateTempSubdirectory("efs-sharding-test-");
        try
        {
            using var process = SampleProcess.Start("Worker", "Worker", Variables(aws, root.FullName, place, zone, metadata.Address));
            var address = process.WaitForLine(line => line.Contains("Now listening on: ", StringComparison.Ordinal)).Split("on: ")[1].Trim();
            using var http = new HttpClient { BaseAddress = new Uri(address) };
            foreach (var path in Enumerable.Range(0, 20))
            {
                Assert.That(await http.GetStringAsync($"/routes/{path}"), Does.Contain($"\"{mountTargetId}\""));
            }
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static ShardMap Map() => new()
    {
        Revision = 1,
        MountTargets = [.. "abc".Select((letter, i) => new MountTarget
        {
            MountTargetId = $"fsmt-{i}",
            FileSystemId = "fs-1",
            IpAddress = $"10.0.{i}.1",
            AvailabilityZone = $"eu-west-1{letter}",
            AvailabilityZoneId = $"euw1-az{i}",
        })],
        FileSystems = [new FileSystem { FileSystemId = "fs-1" }],
    };

    private static Dictionary<string, string> Variables(LocalAwsServer aws, string root, string place, string zone, string metadata)
    {
        var variables = new Dictionary<string, string>(aws.EnvironmentVariables, StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["SSM_PARAMETER_NAME"] = ParameterName,
            ["EFS_ACCESS"] = "local",
            ["EFS_LOCAL_ROOT"] = root,
            ["EfsSharding__MountTargetOrder"] = "SameZoneFirst",
        };
        variables[place switch { "ecs" => "ECS_CONTAINER_METADATA_URI_V4", "ec2" => "AWS_EC2_METADATA_SERVICE_ENDPOINT", _ => "EfsSharding__AvailabilityZone" }] =
            place switch { "ecs" => $"{metadata}/v4/container", "ec2" => metadata, _ => zone };
        if (place == "ec2")
        {
            variables.Remove("AWS_EC2_METADATA_DISABLED");
        }

        return variables;
    }
}
