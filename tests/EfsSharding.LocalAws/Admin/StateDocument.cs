using System.Text.Json.Nodes;

namespace EfsSharding.LocalAws.Admin;

/// <summary>What the account holds, for a person or a script to read.</summary>
internal static class StateDocument
{
    public static JsonObject Of(LocalAwsState state, LocalAwsOptions options)
    {
        lock (state.Gate)
        {
            var now = options.TimeProvider.GetUtcNow();
            var service = state.Service();
            return new JsonObject
            {
                ["region"] = options.Region,
                ["vpcId"] = options.VpcId,
                ["securityGroups"] = new JsonArray([.. options.SecurityGroups.Select(group => JsonValue.Create(group))]),
                ["subnets"] = new JsonArray([.. state.Network.Subnets.Select(Of)]),
                ["fileSystems"] = new JsonArray([.. state.FileSystemsAndTargets.All.Select(f => JsonValue.Create(f.FileSystemId))]),
                ["mountTargets"] = new JsonArray([.. state.FileSystemsAndTargets.MountTargets.Select(target => Of(target, now))]),
                ["parameters"] = new JsonArray([.. state.ParameterStore.All.Select(Of)]),
                ["service"] = new JsonObject
                {
                    ["cluster"] = service.ClusterName,
                    ["service"] = service.ServiceName,
                    ["deployments"] = new JsonArray([.. service.Deployments.Select(deployment => JsonValue.Create(deployment.Id))]),
                },
            };
        }
    }

    private static JsonObject Of(LocalSubnet subnet) => new()
    {
        ["subnetId"] = subnet.SubnetId,
        ["vpcId"] = subnet.VpcId,
        ["availabilityZone"] = subnet.AvailabilityZone,
        ["cidrBlock"] = subnet.CidrBlock,
        ["availableIpAddressCount"] = subnet.AvailableIpAddressCount,
    };

    private static JsonObject Of(LocalMountTarget target, DateTimeOffset now) => new()
    {
        ["mountTargetId"] = target.MountTargetId,
        ["fileSystemId"] = target.FileSystemId,
        ["subnetId"] = target.Subnet.SubnetId,
        ["availabilityZone"] = target.Subnet.AvailabilityZone,
        ["lifeCycleState"] = target.LifeCycleStateAt(now),
        ["ipAddress"] = target.IpAddress?.ToString(),
    };

    private static JsonObject Of(LocalParameter parameter) => new()
    {
        ["name"] = parameter.Name,
        ["version"] = parameter.Version,
        ["tier"] = parameter.Tier,
        ["value"] = parameter.Value,
    };
}
