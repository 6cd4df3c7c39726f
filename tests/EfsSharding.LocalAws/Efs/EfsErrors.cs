namespace EfsSharding.LocalAws.Efs;

/// <summary>The errors that the EFS API models for the operations here, with their status.</summary>
internal static class EfsErrors
{
    private static readonly Dictionary<string, int> Statuses = new(StringComparer.Ordinal)
    {
        ["AvailabilityZonesMismatch"] = 400,
        ["BadRequest"] = 400,
        ["FileSystemNotFound"] = 404,
        ["IncorrectFileSystemLifeCycleState"] = 409,
        ["InternalServerError"] = 500,
        ["IpAddressInUse"] = 409,
        ["MountTargetConflict"] = 409,
        ["MountTargetNotFound"] = 404,
        ["NetworkInterfaceLimitExceeded"] = 409,
        ["NoFreeAddressesInSubnet"] = 409,
        ["SecurityGroupLimitExceeded"] = 400,
        ["SecurityGroupNotFound"] = 400,
        ["SubnetNotFound"] = 400,
        ["UnsupportedAvailabilityZone"] = 400,
        ["AccessDeniedException"] = 403,
        ["ServiceUnavailable"] = 503,
    };

    public static int StatusOf(string code) => Statuses.GetValueOrDefault(code, 400);

    public static ServiceError New(string code, string message) => new(code, StatusOf(code), message);
}
