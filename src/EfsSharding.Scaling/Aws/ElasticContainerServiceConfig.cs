using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using EfsSharding.Scaling.Aws.Runtime;

namespace EfsSharding.Scaling.Aws;

/// <summary>
/// How to reach Amazon ECS. Everything is as in the SDK's own clients: the Region from <c>AWS_REGION</c> and the profile, the endpoint from
/// <see cref="ClientConfig.ServiceURL"/>, <c>AWS_ENDPOINT_URL_ECS</c>, <c>AWS_ENDPOINT_URL</c> or the Region of any partition.
/// </summary>
public sealed class ElasticContainerServiceConfig : ClientConfig
{
    internal static readonly ServiceIdentity Identity = new()
    {
        ServiceId = "ECS",
        SigningName = "ecs",
        Version = "2014-11-13",
        Endpoints = new RegionalEndpointProvider("ecs", _ => "ecs"),
    };

    /// <summary>Takes the SDK's defaults (mode Standard).</summary>
    public ElasticContainerServiceConfig()
        : base(ServiceIdentity.Defaults())
    {
        ServiceId = Identity.ServiceId;
        AuthenticationServiceName = Identity.SigningName;
        EndpointProvider = Identity.Endpoints;
    }

    /// <inheritdoc />
    public override string RegionEndpointServiceName => Identity.SigningName;

    /// <inheritdoc />
    public override string ServiceVersion => Identity.Version;

    /// <inheritdoc />
    public override string UserAgent { get; } = Identity.UserAgent;

    /// <inheritdoc />
    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        RegionalEndpointResolver.Resolve(this, parameters);
}
