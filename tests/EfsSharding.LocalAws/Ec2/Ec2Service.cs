using System.Globalization;
using System.Text;
using System.Xml.Linq;
using EfsSharding.LocalAws.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace EfsSharding.LocalAws.Ec2;

/// <summary>EC2's query protocol: form fields in, XML out.</summary>
internal sealed class Ec2Service(Network network, ResourceNames names, LocalAwsOptions options) : IAwsService
{
    private const string ContentType = "text/xml;charset=UTF-8";
    private static readonly XNamespace Namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";

    public string Name => "ec2";

    public string SigningName => "ec2";

    public ServiceError Throttled => new("RequestLimitExceeded", 503, "Request limit exceeded.");

    public string? OperationOf(AwsRequest request) => Form(request).Action is "DescribeSubnets" ? "DescribeSubnets" : null;

    public int StatusOf(string errorCode) => errorCode switch
    {
        "InternalError" or "InternalFailure" => 500,
        "Unavailable" or "ServiceUnavailable" or "RequestLimitExceeded" => 503,
        "UnauthorizedOperation" => 403,
        "AuthFailure" => 401,
        _ => 400,
    };

    public AwsReply Refuse(ServiceError error, string requestId) => Xml(error.StatusCode, new XElement(
        "Response",
        new XElement("Errors", new XElement("Error", new XElement("Code", error.Code), new XElement("Message", error.Message))),
        new XElement("RequestID", requestId))) with
    {
        ErrorCode = error.Code,
    };

    public AwsReply Invoke(string operation, AwsRequest request, string requestId)
    {
        var form = Form(request);
        IEnumerable<LocalSubnet> found = network.Subnets;
        if (form.Numbered("SubnetId") is { Count: > 0 } ids)
        {
            found = ids.Select(id => network.Find(id)
                ?? throw new ServiceError("InvalidSubnetID.NotFound", 400, $"The subnet ID '{id}' does not exist"));
        }

        foreach (var filter in Filters(form))
        {
            found = found.Where(filter.Matches);
        }

        return Page([.. found], form, requestId);
    }

    private AwsReply Page(List<LocalSubnet> found, QueryForm form, string requestId)
    {
        var start = 0;
        if (form["NextToken"] is { } token && !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out start))
        {
            throw new ServiceError("InvalidNextToken", 400, "The token is not valid.");
        }

        var size = options.PageSize;
        if (form["MaxResults"] is { } text)
        {
            size = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var max) && max is >= 5 and <= 1000
                ? Math.Min(size, max)
                : throw new ServiceError("InvalidParameterValue", 400, $"maxResults {text} is not 5 to 1000.");
        }

        var page = found.Skip(start).Take(size).Select(Item);
        var next = start + size < found.Count ? (start + size).ToString() : null;
        return Xml(200, new XElement(
            Namespace + "DescribeSubnetsResponse",
            new XElement(Namespace + "requestId", requestId),
            new XElement(Namespace + "subnetSet", page),
            next is null ? null : new XElement(Namespace + "nextToken", next)));
    }

    private XElement Item(LocalSubnet subnet) => new(
        Namespace + "item",
        new XElement(Namespace + "subnetId", subnet.SubnetId),
        new XElement(Namespace + "subnetArn", names.Arn("ec2", $"subnet/{subnet.SubnetId}")),
        new XElement(Namespace + "state", "available"),
        new XElement(Namespace + "ownerId", options.AccountId),
        new XElement(Namespace + "vpcId", subnet.VpcId),
        new XElement(Namespace + "cidrBlock", subnet.CidrBlock),
        new XElement(Namespace + "availableIpAddressCount", subnet.AvailableIpAddressCount),
        new XElement(Namespace + "availabilityZone", subnet.AvailabilityZone),
        new XElement(Namespace + "availabilityZoneId", subnet.AvailabilityZoneId),
        new XElement(Namespace + "defaultForAz", "false"),
        new XElement(Namespace + "mapPublicIpOnLaunch", "false"),
        new XElement(Namespace + "ipv6CidrBlockAssociationSet", subnet.Ipv6CidrBlock is null ? null : new XElement(
            Namespace + "item",
            new XElement(Namespace + "ipv6CidrBlock", subnet.Ipv6CidrBlock),
            new XElement(Namespace + "ipv6CidrBlockState", new XElement(Namespace + "state", "associated")))));

    private static IEnumerable<SubnetFilter> Filters(QueryForm form)
    {
        for (var i = 1; form[$"Filter.{i}.Name"] is { } name; i++)
        {
            yield return new SubnetFilter(name, form.Numbered($"Filter.{i}.Value"));
        }
    }

    private static QueryForm Form(AwsRequest request) => new(QueryHelpers.ParseQuery(Encoding.UTF8.GetString(request.Body)));

    private static AwsReply Xml(int status, XElement body) =>
        new()
        {
            StatusCode = status,
            ContentType = ContentType,
            Body = Encoding.UTF8.GetBytes(new XDeclaration("1.0", "UTF-8", null) + "\n" + body),
        };
}
