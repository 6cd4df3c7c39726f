using System.Net;
using System.Text.Json;
using Amazon.Runtime;

namespace EfsSharding.Scaling.Aws.Runtime;

/// <summary>
/// An error in any of the places where AWS's JSON protocols put it: the code in the header or in the body's <c>__type</c>, <c>code</c> or
/// <c>ErrorCode</c>, with or without a namespace before <c>#</c> and a URL after <c>:</c>; the text in <c>message</c> or <c>Message</c>.
/// </summary>
internal sealed record ErrorReply
{
    public const string TypeHeader = "x-amzn-ErrorType";
    public const string RequestIdHeader = "x-amzn-RequestId";

    private static readonly string[] CodeMembers = ["__type", "code", "Code", "ErrorCode", "errorCode"];
    private static readonly string[] TextMembers = ["message", "Message", "errorMessage"];

    public required string Message { get; init; }

    public required string Code { get; init; }

    public required HttpStatusCode StatusCode { get; init; }

    public string? RequestId { get; init; }

    public ErrorType Fault => (int)StatusCode >= 500 ? ErrorType.Receiver : ErrorType.Sender;

    public static ErrorReply Read(string operation, HttpStatusCode statusCode, string? typeHeader, string? requestId, Stream body)
    {
        using var document = Parse(body);
        var code = Bare(typeHeader) ?? Bare(Find(document, CodeMembers)) ?? statusCode.ToString();
        var text = Find(document, TextMembers);
        return new ErrorReply
        {
            Code = code,
            StatusCode = statusCode,
            RequestId = requestId,
            Message = string.IsNullOrWhiteSpace(text)
                ? $"{operation} failed with {code} (HTTP {(int)statusCode}); the service gave no explanation."
                : $"{operation} failed with {code} (HTTP {(int)statusCode}): {text}",
        };
    }

    private static JsonDocument? Parse(Stream body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            // A load balancer or proxy in between answers in HTML; the status alone has to do.
            return null;
        }
    }

    private static string? Find(JsonDocument? document, string[] members)
    {
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root)
        {
            return null;
        }

        foreach (var member in members)
        {
            if (root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String)
            {
                return value.GetString();
            }
        }

        return null;
    }

    private static string? Bare(string? code)
    {
        var bare = code?.Split(':')[0].Split('#')[^1].Trim();
        return string.IsNullOrEmpty(bare) ? null : bare;
    }
}
