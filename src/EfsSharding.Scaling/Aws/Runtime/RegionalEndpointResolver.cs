using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Util;

namespace EfsSharding.Scaling.Aws.Runtime;

/// <summary>Gives the endpoint rules what the client's configuration says.</summary>
internal sealed class RegionalEndpointResolver : BaseEndpointResolver
{
    // A pseudo-Region that the SDK still lists and that its own clients turn into the real one.
    private const string LegacyUsEast1 = "us-east-1-regional";

    public static Endpoint Resolve(ClientConfig config, ServiceOperationEndpointParameters parameters)
    {
        var request = new DefaultRequest(parameters.Request, config.ServiceId) { AlternateEndpoint = parameters.AlternateEndpoint };
        var context = new RequestContext(enableMetrics: false, new AWS4Signer())
        {
            ClientConfig = config,
            OriginalRequest = parameters.Request,
            Request = request,
        };
        return new RegionalEndpointResolver().GetEndpoint(new Amazon.Runtime.Internal.ExecutionContext(context, null));
    }

    protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext)
    {
        var config = requestContext.ClientConfig;
        return new EndpointParameters
        {
            [RegionalEndpointProvider.Region] = RegionOf(requestContext),
            [RegionalEndpointProvider.UseDualStack] = config.UseDualstackEndpoint,
            [RegionalEndpointProvider.UseFips] = config.UseFIPSEndpoint,
            [RegionalEndpointProvider.ServiceUrl] = config.ServiceURL,
        };
    }

    private static string? RegionOf(IRequestContext requestContext)
    {
        var config = requestContext.ClientConfig;
        if ((requestContext.Request.AlternateEndpoint ?? config.RegionEndpoint) is { } region)
        {
            return region.SystemName == LegacyUsEast1 ? "us-east-1" : region.SystemName;
        }

        if (!string.IsNullOrEmpty(config.AuthenticationRegion))
        {
            return config.AuthenticationRegion;
        }

        return string.IsNullOrEmpty(config.ServiceURL)
            ? null
            : RegionEndpoint.GetBySystemName(AWSSDKUtils.DetermineRegion(config.ServiceURL)).SystemName;
    }
}
