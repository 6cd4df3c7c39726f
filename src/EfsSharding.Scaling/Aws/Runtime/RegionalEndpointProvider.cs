using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace EfsSharding.Scaling.Aws.Runtime;

/// <summary>
/// A regional service's endpoints, after the endpoint rules of the service's SDK package: a configured URL as it is, else
/// <c>https://host[-fips].region.suffix</c> with the suffix of the region's partition.
/// </summary>
internal sealed class RegionalEndpointProvider(string host, Func<string, string> dualStackHostOfPartition) : IEndpointProvider
{
    public const string Region = "Region";
    public const string UseDualStack = "UseDualStack";
    public const string UseFips = "UseFIPS";
    public const string ServiceUrl = "Endpoint";

    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        var dualStack = parameters[UseDualStack] is true;
        var fips = parameters[UseFips] is true;
        if (parameters[ServiceUrl] is string { Length: > 0 } url)
        {
            return fips || dualStack
                ? throw new AmazonClientException($"FIPS and dual-stack endpoints cannot be combined with the configured endpoint {url}.")
                : new Endpoint(url);
        }

        if (parameters[Region] is not string { Length: > 0 } region)
        {
            throw new AmazonClientException(
                "No AWS Region is configured. Set AWS_REGION, or RegionEndpoint in the client's configuration.");
        }

        var partition = Fn.Partition(region);
        if ((fips && !partition.supportsFIPS) || (dualStack && !partition.supportsDualStack))
        {
            throw new AmazonClientException(
                $"The partition {partition.name} of {region} has no {(fips ? "FIPS" : "dual-stack")} endpoints. Turn the setting off.");
        }

        var name = (dualStack ? dualStackHostOfPartition(partition.name) : host) + (fips ? "-fips" : "");
        return new Endpoint($"https://{name}.{region}.{(dualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix)}");
    }
}
