using System.Net;
using System.Text.Json.Nodes;

namespace EfsSharding.LocalAws.Efs;

/// <summary>What CreateMountTarget asks for.</summary>
internal sealed record MountTargetSpecification
{
    public required string FileSystemId { get; init; }

    public required string SubnetId { get; init; }

    public IPAddress? IpAddress { get; init; }

    public string IpAddressType { get; init; } = "IPV4_ONLY";

    public IReadOnlyList<string> SecurityGroups { get; init; } = [];

    public bool TakesIpv4 => IpAddressType is "IPV4_ONLY" or "DUAL_STACK";

    public bool TakesIpv6 => IpAddressType is "IPV6_ONLY" or "DUAL_STACK";

    public static MountTargetSpecification Read(JsonObject body)
    {
        var type = Text(body, "IpAddressType") ?? "IPV4_ONLY";
        if (type is not ("IPV4_ONLY" or "IPV6_ONLY" or "DUAL_STACK"))
        {
            throw EfsErrors.New("BadRequest", $"IpAddressType '{type}' is none of IPV4_ONLY, IPV6_ONLY, DUAL_STACK.");
        }

        IPAddress? address = null;
        if (Text(body, "IpAddress") is { } wanted && !IPAddress.TryParse(wanted, out address))
        {
            throw EfsErrors.New("BadRequest", $"'{wanted}' is not an address.");
        }

        return new MountTargetSpecification
        {
            FileSystemId = Text(body, "FileSystemId") ?? throw EfsErrors.New("BadRequest", "FileSystemId is missing."),
            SubnetId = Text(body, "SubnetId") ?? throw EfsErrors.New("BadRequest", "SubnetId is missing."),
            IpAddress = address,
            IpAddressType = type,
            SecurityGroups = [.. (body["SecurityGroups"] as JsonArray ?? []).Select(group => group!.GetValue<string>())],
        };
    }

    private static string? Text(JsonObject body, string name) =>
        body[name] is not JsonValue value ? null
        : value.TryGetValue<string>(out var text) ? text
        : throw EfsErrors.New("BadRequest", $"{name} is not a string.");
}
