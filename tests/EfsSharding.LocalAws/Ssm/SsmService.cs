using System.Globalization;
using System.Text.Json.Nodes;
using EfsSharding.LocalAws.Http;

namespace EfsSharding.LocalAws.Ssm;

/// <summary>SSM's GetParameter and PutParameter.</summary>
internal sealed class SsmService(ParameterStore parameters, ResourceNames names) : IAwsService
{
    private static readonly string[] Operations = ["GetParameter", "PutParameter"];

    public string Name => "ssm";

    public string SigningName => "ssm";

    public ServiceError Throttled => new("ThrottlingException", 400, "Rate exceeded");

    public string? OperationOf(AwsRequest request) =>
        AwsJson11.OperationOf(request, "AmazonSSM") is { } operation && Operations.Contains(operation) ? operation : null;

    public int StatusOf(string errorCode) => errorCode is "InternalServerError" or "InternalFailure" ? 500 : 400;

    public AwsReply Refuse(ServiceError error, string requestId) => AwsJson11.Refuse(error);

    public AwsReply Invoke(string operation, AwsRequest request, string requestId)
    {
        var body = request.Json(AwsJson11.Malformed);
        return operation == "GetParameter" ? Get(body) : Put(body);
    }

    private AwsReply Get(JsonObject body)
    {
        var (name, version) = Selected(Text(body, "Name") ?? throw Missing("name"));
        if (parameters.Find(name) is not { } parameter)
        {
            throw new ServiceError("ParameterNotFound", 400, "");
        }

        if (version is { } number)
        {
            parameter = parameters.Find(name, number)
                ?? throw new ServiceError("ParameterVersionNotFound", 400, $"Systems Manager could not find version {number} of {name}.");
        }

        var described = new JsonObject
        {
            ["ARN"] = names.Arn("ssm", "parameter" + (name[0] == '/' ? "" : "/") + name),
            ["DataType"] = parameter.DataType,
            ["LastModifiedDate"] = AwsJson11.Seconds(parameter.LastModified),
            ["Name"] = parameter.Name,
            ["Type"] = parameter.Type,
            ["Value"] = parameter.Value,
            ["Version"] = parameter.Version,
        };
        if (version is not null)
        {
            described["Selector"] = $":{version}";
        }

        return AwsReply.Json(new JsonObject { ["Parameter"] = described }, AwsJson11.ContentType);
    }

    private AwsReply Put(JsonObject body)
    {
        var parameter = parameters.Put(
            Text(body, "Name") ?? throw Missing("name"),
            Text(body, "Value") ?? throw Missing("value"),
            Text(body, "Type"),
            Text(body, "Tier"),
            Text(body, "DataType"),
            body["Overwrite"]?.GetValue<bool>() ?? false);
        return AwsReply.Json(
            new JsonObject { ["Tier"] = parameter.Tier, ["Version"] = parameter.Version },
            AwsJson11.ContentType,
            $"wrote {parameter.Name} version {parameter.Version}");
    }

    /// <summary>A name alone, an ARN, or either with <c>:version</c>.</summary>
    private static (string Name, long? Version) Selected(string name)
    {
        const string Resource = "parameter/";
        if (name.StartsWith("arn:", StringComparison.Ordinal)
            && name.Split(':', 6) is [_, _, _, _, _, var resource]
            && resource.StartsWith(Resource, StringComparison.Ordinal))
        {
            var bareName = resource[Resource.Length..];
            name = bareName.Contains('/', StringComparison.Ordinal) ? "/" + bareName : bareName;
        }

        return name.Split(':') is [var bare, var selector]
            && long.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (bare, version)
            : (name, null);
    }

    private static string? Text(JsonObject body, string name) =>
        body[name] is not JsonValue value ? null
        : value.TryGetValue<string>(out var text) ? text
        : throw AwsJson11.Malformed($"{name} is not a string.");

    private static ServiceError Missing(string member) => new(
        "ValidationException", 400, $"Value null at '{member}' failed to satisfy constraint: Member must not be null");
}
