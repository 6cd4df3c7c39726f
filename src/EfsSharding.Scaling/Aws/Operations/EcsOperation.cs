using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime.Internal;
using EfsSharding.Scaling.Aws.Runtime;

namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>ECS's JSON 1.1 requests: always POST /, with the operation in a header.</summary>
internal abstract class EcsOperation<TReply> : AwsOperation<TReply>
    where TReply : class
{
    protected DefaultRequest NewRequest<TBody>(TBody body, JsonTypeInfo<TBody> bodyType) =>
        new(this, ElasticContainerServiceConfig.Identity.ServiceId)
        {
            HttpMethod = "POST",
            ResourcePath = "/",
            Headers =
            {
                ["Content-Type"] = "application/x-amz-json-1.1",
                ["X-Amz-Target"] = $"AmazonEC2ContainerServiceV20141113.{GetType().Name}",
                ["x-amz-api-version"] = ElasticContainerServiceConfig.Identity.Version,
            },
            Content = JsonSerializer.SerializeToUtf8Bytes(body, bodyType),
        };
}
