using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime.Internal;

namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>ECS UpdateService that changes nothing, but may force a new deployment.</summary>
internal sealed class UpdateService(string cluster, string service, bool forceNewDeployment) : EcsOperation<UpdateServiceReply>
{
    public override JsonTypeInfo<UpdateServiceReply> ReplyType => EcsJsonContext.Default.UpdateServiceReply;

    public override IRequest Marshal() => NewRequest(
        new UpdateServiceBody { Cluster = cluster, Service = service, ForceNewDeployment = forceNewDeployment },
        EcsJsonContext.Default.UpdateServiceBody);

    public override string ToString() => $"ECS UpdateService of service {service} in cluster {cluster}";
}
