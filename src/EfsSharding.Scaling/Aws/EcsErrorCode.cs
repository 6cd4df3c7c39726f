namespace EfsSharding.Scaling.Aws;

/// <summary>The error codes of the ECS API that the operations of <see cref="IElasticContainerService"/> meet, beside throttling.</summary>
public static class EcsErrorCode
{
    /// <summary>These credentials may not do this (400).</summary>
    public const string AccessDenied = "AccessDeniedException";

    /// <summary>ECS did not understand the request (400).</summary>
    public const string Client = "ClientException";

    /// <summary>There is no such cluster (400).</summary>
    public const string ClusterNotFound = "ClusterNotFoundException";

    /// <summary>A parameter is not valid (400).</summary>
    public const string InvalidParameter = "InvalidParameterException";

    /// <summary>The reason in the answer, of status 200, when DescribeServices finds no such service.</summary>
    public const string Missing = "MISSING";

    /// <summary>ECS failed (500).</summary>
    public const string Server = "ServerException";

    /// <summary>The service was deleted or is draining (400).</summary>
    public const string ServiceNotActive = "ServiceNotActiveException";

    /// <summary>UpdateService finds no such service (400).</summary>
    public const string ServiceNotFound = "ServiceNotFoundException";
}
