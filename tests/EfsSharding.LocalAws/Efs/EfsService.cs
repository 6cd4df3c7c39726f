using System.Globalization;
using System.Text.Json.Nodes;
using EfsSharding.LocalAws.Http;

namespace EfsSharding.LocalAws.Efs;

/// <summary>EFS's REST-JSON protocol.</summary>
internal sealed class EfsService(FileSystems fileSystems, ResourceNames names, LocalAwsOptions options) : IAwsService
{
    private const string ContentType = "application/json";
    private const string Root = "/2015-02-01/";

    public string Name => "efs";

    public string SigningName => "elasticfilesystem";

    public ServiceError Throttled => new("ThrottlingException", 400, "Rate exceeded");

    public string? OperationOf(AwsRequest request) => (request.Method, request.RawPath) switch
    {
        ("GET", Root + "file-systems") => "DescribeFileSystems",
        ("GET", Root + "mount-targets") => "DescribeMountTargets",
        ("POST", Root + "mount-targets") => "CreateMountTarget",
        _ => null,
    };

    public int StatusOf(string errorCode) => EfsErrors.StatusOf(errorCode);

    public AwsReply Refuse(ServiceError error, string requestId)
    {
        var reply = AwsReply.Json(new JsonObject { ["ErrorCode"] = error.Code, ["Message"] = error.Message }, ContentType);
        reply.Headers["x-amzn-ErrorType"] = error.Code + ":";
        return reply with { StatusCode = error.StatusCode, ErrorCode = error.Code };
    }

    public AwsReply Invoke(string operation, AwsRequest request, string requestId) => operation switch
    {
        "DescribeFileSystems" => DescribeFileSystems(request),
        "DescribeMountTargets" => DescribeMountTargets(request),
        _ => CreateMountTarget(request),
    };

    private AwsReply DescribeFileSystems(AwsRequest request)
    {
        var found = Parameter(request, "FileSystemId") is { } id ? [fileSystems.Get(id)] : fileSystems.All;
        return Page(request, "FileSystems", found, Describe);
    }

    private AwsReply DescribeMountTargets(AwsRequest request)
    {
        if (Parameter(request, "MountTargetId") is { } targetId)
        {
            var target = fileSystems.MountTargets.FirstOrDefault(t => t.MountTargetId == targetId)
                ?? throw EfsErrors.New("MountTargetNotFound", $"Mount target '{targetId}' does not exist.");
            return Page(request, "MountTargets", [target], Describe);
        }

        var fileSystemId = Parameter(request, "FileSystemId")
            ?? throw EfsErrors.New("BadRequest", "One of FileSystemId, MountTargetId and AccessPointId is needed.");
        var fileSystem = fileSystems.Get(fileSystemId);
        return Page(request, "MountTargets", [.. fileSystems.MountTargets.Where(t => t.FileSystemId == fileSystem.FileSystemId)], Describe);
    }

    private AwsReply CreateMountTarget(AwsRequest request)
    {
        var wanted = MountTargetSpecification.Read(request.Json(why => EfsErrors.New("BadRequest", why)));
        var (target, created) = fileSystems.CreateMountTarget(wanted, options.MountTargetCreationTime);
        var effect = created ? $"created {target.MountTargetId} in {target.Subnet.AvailabilityZone}" : null;
        return AwsReply.Json(Describe(target), ContentType, effect);
    }

    private AwsReply Page<T>(AwsRequest request, string list, IReadOnlyList<T> found, Func<T, JsonObject> describe)
    {
        var marker = Parameter(request, "Marker");
        var start = 0;
        if (marker is not null && (!marker.StartsWith("page-", StringComparison.Ordinal)
            || !int.TryParse(marker["page-".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out start)))
        {
            throw EfsErrors.New("BadRequest", $"'{marker}' is not a marker.");
        }

        var size = options.PageSize;
        if (Parameter(request, "MaxItems") is { } maxItems)
        {
            size = int.TryParse(maxItems, NumberStyles.None, CultureInfo.InvariantCulture, out var max) && max > 0
                ? Math.Min(size, max)
                : throw EfsErrors.New("BadRequest", $"MaxItems '{maxItems}' is not a number of at least 1.");
        }

        var repeated = options.RepeatAcrossPages && start > 0 ? 1 : 0;
        var page = new JsonObject { [list] = new JsonArray([.. found.Skip(start - repeated).Take(size + repeated).Select(describe)]) };
        if (marker is not null)
        {
            page["Marker"] = marker;
        }

        if (start + size < found.Count)
        {
            page["NextMarker"] = $"page-{start + size}";
        }

        return AwsReply.Json(page, ContentType);
    }

    private JsonObject Describe(LocalFileSystem fileSystem)
    {
        var description = new JsonObject
        {
            ["OwnerId"] = options.AccountId,
            ["CreationToken"] = fileSystem.FileSystemId,
            ["FileSystemId"] = fileSystem.FileSystemId,
            ["FileSystemArn"] = names.Arn("elasticfilesystem", $"file-system/{fileSystem.FileSystemId}"),
            ["CreationTime"] = AwsJson11.Seconds(fileSystem.CreationTime),
            ["LifeCycleState"] = fileSystem.LifeCycleState,
            ["NumberOfMountTargets"] = fileSystems.MountTargets.Count(t => t.FileSystemId == fileSystem.FileSystemId),
            ["SizeInBytes"] = new JsonObject { ["Value"] = 6144 },
            ["PerformanceMode"] = "generalPurpose",
            ["ThroughputMode"] = "elastic",
            ["Encrypted"] = true,
            ["Tags"] = new JsonArray(),
        };
        Set(description, "Name", fileSystem.Name);
        Set(description, "AvailabilityZoneName", fileSystem.OneZone);
        Set(description, "AvailabilityZoneId", fileSystem.OneZoneId);
        return description;
    }

    private JsonObject Describe(LocalMountTarget target)
    {
        var description = new JsonObject
        {
            ["OwnerId"] = options.AccountId,
            ["MountTargetId"] = target.MountTargetId,
            ["FileSystemId"] = target.FileSystemId,
            ["SubnetId"] = target.Subnet.SubnetId,
            ["LifeCycleState"] = target.LifeCycleStateAt(options.TimeProvider.GetUtcNow()),
            ["NetworkInterfaceId"] = target.NetworkInterfaceId,
            ["AvailabilityZoneId"] = target.Subnet.AvailabilityZoneId,
            ["AvailabilityZoneName"] = target.Subnet.AvailabilityZone,
            ["VpcId"] = target.Subnet.VpcId,
        };
        Set(description, "IpAddress", target.IpAddress?.ToString());
        Set(description, "Ipv6Address", target.Ipv6Address?.ToString());
        return description;
    }

    private static void Set(JsonObject description, string name, string? value)
    {
        if (value is not null)
        {
            description[name] = value;
        }
    }

    private static string? Parameter(AwsRequest request, string name) =>
        request.Query.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;
}
