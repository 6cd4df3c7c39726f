using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace EfsSharding.Scaling.Aws.Runtime;

/// <summary>Lets each operation write its own request.</summary>
internal sealed class OperationMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public static readonly OperationMarshaller Instance = new();

    public IRequest Marshall(AmazonWebServiceRequest input) => ((IAwsOperation)input).Marshal();
}
