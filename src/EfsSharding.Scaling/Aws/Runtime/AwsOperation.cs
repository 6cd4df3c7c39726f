using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace EfsSharding.Scaling.Aws.Runtime;

/// <summary>One call. The SDK takes its traces' and metrics' operation name from the name of the type.</summary>
internal abstract class AwsOperation<TReply> : AmazonWebServiceRequest, IAwsOperation
    where TReply : class
{
    public abstract JsonTypeInfo<TReply> ReplyType { get; }

    public abstract IRequest Marshal();
}
