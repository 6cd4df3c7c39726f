using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace EfsSharding.LocalAws.Http;

/// <summary>A request with its body read.</summary>
internal sealed class AwsRequest
{
    public required string Method { get; init; }

    /// <summary>The path and query as they were sent.</summary>
    public required string RawTarget { get; init; }

    public required IHeaderDictionary Headers { get; init; }

    public required byte[] Body { get; init; }

    public string RawPath => RawTarget.Split('?')[0];

    public string RawQuery => RawTarget.Split('?', 2) is [_, var query] ? query : "";

    public Dictionary<string, StringValues> Query => QueryHelpers.ParseQuery(RawQuery);

    public string InvocationId => Headers["amz-sdk-invocation-id"] is [{ Length: > 0 } id, ..] ? id : Guid.NewGuid().ToString();

    public static async Task<AwsRequest> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return new AwsRequest
        {
            Method = context.Request.Method,
            RawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            Headers = context.Request.Headers,
            Body = body.ToArray(),
        };
    }

    public JsonObject Json(Func<string, ServiceError> malformed)
    {
        try
        {
            return JsonNode.Parse(Body) as JsonObject ?? throw malformed("The body is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw malformed(e.Message);
        }
    }
}
