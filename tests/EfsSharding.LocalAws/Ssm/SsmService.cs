using System.Globalization;
using System.Text.Json.Nodes;
using EfsSharding.LocalAws.Http;

namespace EfsSharding.LocalAws.Ssm;

/// <summary>SSM's GetParameter, PutParameter and DescribeParameters by name.</summary>
internal sealed class SsmService(ParameterStore parameters, ResourceNames names) : IAwsService
{
    private static readonly string[] Operations = ["GetParameter", "PutParameter", "DescribeParameters"];

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
        return operation switch
        {
            "GetParameter" => Get(body),
            "PutParameter" => Put(body),
            _ => Describe(body),
        };
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

        if (parameters.IsHidden(name, parameter.Version))
        {
            parameter = (version is null ? parameters.Find(name, parameter.Version - 1) : null)
                ?? throw new ServiceError(version is null ? "ParameterNotFound" : "ParameterVersionNotFound", 400, $"Systems Manager could not find version {parameter.Version} of {name}.");
        }

        var isReadable = parameter.Type != "SecureString" || (body["WithDecryption"]?.GetValue<bool>() ?? false);
        var described = new JsonObject
        {
            ["ARN"] = names.Arn("ssm", "parameter" + (name[0] == '/' ? "" : "/") + name),
            ["DataType"] = parameter.DataType,
            ["LastModifiedDate"] = AwsJson11.Seconds(parameter.LastModified),
            ["Name"] = parameter.Name,
            ["Type"] = parameter.Type,
            ["Value"] = isReadable ? parameter.Value : Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(parameter.KeyId + "/" + parameter.Value)),
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
            body["Overwrite"]?.GetValue<bool>() ?? false,
            Text(body, "KeyId"),
            Text(body, "Description"),
            Text(body, "AllowedPattern"));
        return AwsReply.Json(
            new JsonObject { ["Tier"] = parameter.Tier, ["Version"] = parameter.Version },
            AwsJson11.ContentType,
            $"wrote {parameter.Name} version {parameter.Version}");
    }

    private AwsReply Describe(JsonObject body)
    {
        var wanted = (body["ParameterFilters"] as JsonArray ?? [])
            .OfType<JsonObject>().Where(filter => Text(filter, "Key") == "Name").SelectMany(filter => (filter["Values"] as JsonArray ?? []).Select(value => value!.GetValue<string>())).ToList();
        return AwsReply.Json(
            new JsonObject { ["Parameters"] = new JsonArray([.. parameters.All.Where(parameter => wanted.Count == 0 || wanted.Contains(parameter.Name)).Select(Metadata)]) },
            AwsJson11.ContentType);
    }

    private static JsonObject Metadata(LocalParameter parameter)
    {
        var described = new JsonObject { ["Name"] = parameter.Name, ["Type"] = parameter.Type, ["Tier"] = parameter.Tier, ["DataType"] = parameter.DataType, ["Version"] = parameter.Version };
        foreach (var (member, value) in new[] { ("KeyId", parameter.KeyId), ("Description", parameter.Description), ("AllowedPattern", parameter.AllowedPattern) })
        {
            if (value is not null)
            {
                described[member] = value;
            }
        }

        return described;
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
