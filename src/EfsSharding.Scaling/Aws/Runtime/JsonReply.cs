using Amazon.Runtime;

namespace EfsSharding.Scaling.Aws.Runtime;

/// <summary>A reply with its JSON body read. The SDK demands a constructor without parameters.</summary>
internal sealed class JsonReply<T> : AmazonWebServiceResponse
    where T : class
{
    /// <summary>The body; the unmarshaller gives every reply one.</summary>
    public T? Body { get; init; }
}
