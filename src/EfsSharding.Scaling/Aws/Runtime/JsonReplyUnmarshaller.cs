using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace EfsSharding.Scaling.Aws.Runtime;

/// <summary>Reads the reply to one operation: the body on success, else the service's error as the service's exception.</summary>
internal sealed class JsonReplyUnmarshaller<T>(AwsOperation<T> operation, Func<ErrorReply, Exception?, AmazonServiceException> newException)
    : JsonResponseUnmarshaller
    where T : class
{
    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        var body = JsonSerializer.Deserialize(input.Stream, operation.ReplyType)
            ?? throw new JsonException($"The reply to {operation} is null.");
        return new JsonReply<T> { Body = body };
    }

    public override AmazonServiceException UnmarshallException(
        JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var error = ErrorReply.Read(
            operation.ToString()!,
            statusCode,
            Header(input, ErrorReply.TypeHeader),
            Header(input, ErrorReply.RequestIdHeader),
            input.Stream);
        return newException(error, innerException);
    }

    private static string? Header(JsonUnmarshallerContext input, string name) =>
        input.ResponseData.IsHeaderPresent(name) ? input.ResponseData.GetHeaderValue(name) : null;
}
