using Amazon.Runtime.Internal;

namespace EfsSharding.Scaling.Aws.Runtime;

internal static class RuntimePipelines
{
    /// <summary>Adds the two steps that a service's own package would add: which signature, and which endpoint.</summary>
    public static void AddSigningAndEndpoint(this RuntimePipeline pipeline)
    {
        pipeline.AddHandlerBefore<RetryHandler>(new SigV4AuthResolver());
        pipeline.AddHandlerAfter<RetryHandler>(new RegionalEndpointResolver());
    }

    public static InvokeOptions NewInvokeOptions<T>(
        this AwsOperation<T> operation, Func<ErrorReply, Exception?, Amazon.Runtime.AmazonServiceException> newException)
        where T : class =>
        new()
        {
            RequestMarshaller = OperationMarshaller.Instance,
            ResponseUnmarshaller = new JsonReplyUnmarshaller<T>(operation, newException),
        };
}
