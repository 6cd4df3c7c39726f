using System.Text;
using System.Text.Json.Nodes;

namespace EfsSharding.LocalAws.Http;

/// <summary>What a service answers.</summary>
internal sealed record AwsReply
{
    public int StatusCode { get; init; } = 200;

    public required string ContentType { get; init; }

    public required byte[] Body { get; init; }

    public Dictionary<string, string> Headers { get; init; } = [];

    public string? ErrorCode { get; init; }

    /// <summary>What the operation changed, for the log.</summary>
    public string? Effect { get; init; }

    public static AwsReply Json(JsonNode body, string contentType, string? effect = null) =>
        new() { ContentType = contentType, Body = Encoding.UTF8.GetBytes(body.ToJsonString()), Effect = effect };
}
