using System.Text.Json.Nodes;

namespace EfsSharding.LocalAws.Http;

/// <summary>AWS JSON 1.1, the protocol of SSM and ECS.</summary>
internal static class AwsJson11
{
    public const string ContentType = "application/x-amz-json-1.1";

    public static string? OperationOf(AwsRequest request, string targetPrefix) =>
        request.Method == "POST"
        && request.Headers["X-Amz-Target"] is [{ } target]
        && target.StartsWith(targetPrefix + ".", StringComparison.Ordinal)
            ? target[(targetPrefix.Length + 1)..]
            : null;

    public static AwsReply Refuse(ServiceError error) =>
        AwsReply.Json(new JsonObject { ["__type"] = error.Code, ["message"] = error.Message }, ContentType) with
        {
            StatusCode = error.StatusCode,
            ErrorCode = error.Code,
        };

    public static ServiceError Malformed(string why) => new("SerializationException", 400, why);

    /// <summary>A timestamp: seconds since 1970 with milliseconds.</summary>
    public static JsonNode Seconds(DateTimeOffset time) => JsonValue.Create(time.ToUnixTimeMilliseconds() / 1000m);
}
