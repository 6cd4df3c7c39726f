using Amazon.Runtime.Internal;
using EfsSharding.Scaling.Aws.Runtime;

namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>EFS's REST-JSON requests.</summary>
internal abstract class EfsOperation<TReply> : AwsOperation<TReply>
    where TReply : class
{
    protected DefaultRequest NewRequest(string method, string resource)
    {
        var identity = ElasticFileSystemConfig.Identity;
        return new DefaultRequest(this, identity.ServiceId)
        {
            HttpMethod = method,
            ResourcePath = $"/{identity.Version}/{resource}",
            Headers = { ["x-amz-api-version"] = identity.Version },
        };
    }
}
