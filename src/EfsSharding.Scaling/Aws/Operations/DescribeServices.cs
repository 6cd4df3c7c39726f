using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime.Internal;

namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>ECS DescribeServices for one service.</summary>
internal sealed class DescribeServices(string cluster, string service) : EcsOperation<DescribeServicesReply>
{
    public override JsonTypeInfo<DescribeServicesReply> ReplyType => EcsJsonContext.Default.DescribeServicesReply;

    public override IRequest Marshal() => NewRequest(
        new DescribeServicesBody { Cluster = cluster, Services = [service] }, EcsJsonContext.Default.DescribeServicesBody);

    public override string ToString() => $"ECS DescribeServices for service {service} in cluster {cluster}";
}
